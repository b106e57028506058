const place = (id) => document.getElementById(id)

await Clerk.load({
  ui: { ClerkUI: window.__internal_ClerkUICtor },
  signInUrl: '/sign-in',
  signUpUrl: '/sign-up',
  signInFallbackRedirectUrl: '/members',
  signUpFallbackRedirectUrl: '/members',
})

if (Clerk.isSignedIn) Clerk.mountUserButton(place('visitor'))
else place('visitor').innerHTML = '<a class="button" href="/sign-in">Sign in</a>'

if (place('sign-in')) Clerk.mountSignIn(place('sign-in'), { routing: 'hash' })
if (place('sign-up')) Clerk.mountSignUp(place('sign-up'), { routing: 'hash' })
