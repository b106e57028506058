const { CLERK_PUBLISHABLE_KEY, CLERK_PROXY_URL } = process.env

/** Fill values into HTML, harmless whatever they hold. */
const html = (parts, ...values) => String.raw({ raw: parts }, ...values.map(escape))
const escape = (value) => String(value).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const head = html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The club</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<script src="${CLERK_PROXY_URL}/npm/@clerk/ui@1/dist/ui.browser.js" crossorigin="anonymous" defer></script>
<script src="${CLERK_PROXY_URL}/npm/@clerk/clerk-js@6/dist/clerk.browser.js" crossorigin="anonymous" defer
  data-clerk-publishable-key="${CLERK_PUBLISHABLE_KEY}"
  data-clerk-proxy-url="${CLERK_PROXY_URL}"></script>
<script src="/clerk.js" type="module"></script>
<header>
  <a href="/">The club</a>
  <nav>
    <a href="/members">Members</a>
    <div id="visitor"></div>
  </nav>
</header>
`

export const home = () => head + html`<main><h1>The club</h1><p>Members only, beyond this page.</p></main>`

export const members = (email) => head + html`<main><h1>Members</h1><p>You are ${email}.</p></main>`

export const signIn = () => head + html`<main id="sign-in"></main>`

export const signUp = () => head + html`<main id="sign-up"></main>`
