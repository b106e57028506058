import { currentUser } from '@clerk/nextjs/server'

export default async function Home() {
  const user = await currentUser()
  return (
    <>
      <h1>The club</h1>
      <p>{user ? `Welcome, ${user.primaryEmailAddress?.emailAddress}.` : 'You are a guest.'}</p>
    </>
  )
}
