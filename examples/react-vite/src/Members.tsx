import { useAuth } from '@clerk/react'
import { useEffect, useState } from 'react'

/** Ask our own API, which believes the session's token, who is signed in. */
export function Members() {
  const { getToken } = useAuth()
  const [email, setEmail] = useState<string>()

  useEffect(() => {
    const ask = async () => {
      const headers = { Authorization: `Bearer ${await getToken()}` }
      const reply = await fetch('/api/me', { headers })
      setEmail((await reply.json()).email)
    }
    void ask()
  }, [getToken])

  return (
    <>
      <h1>Members</h1>
      <p>{email ? `You are ${email}.` : 'One moment…'}</p>
    </>
  )
}
