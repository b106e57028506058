import { auth, currentUser } from '@clerk/nextjs/server'

export default async function Members() {
  await auth.protect()
  const user = await currentUser()
  return (
    <>
      <h1>Members</h1>
      <p>You are {user?.primaryEmailAddress?.emailAddress}.</p>
    </>
  )
}
