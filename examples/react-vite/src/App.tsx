import { Show, SignInButton, SignUpButton, UserButton } from '@clerk/react'
import { Members } from './Members'

export function App() {
  return (
    <>
      <header>
        <a href="/">The club</a>
        <nav>
          <Show when="signed-out">
            <SignInButton mode="modal" />
            <SignUpButton mode="modal" />
          </Show>
          <Show when="signed-in">
            <UserButton />
          </Show>
        </nav>
      </header>
      <main>
        <Show when="signed-in" fallback={<p>Members only. Sign in to see who you are.</p>}>
          <Members />
        </Show>
      </main>
    </>
  )
}
