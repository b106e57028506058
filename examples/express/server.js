import { clerkClient, clerkMiddleware, getAuth } from '@clerk/express'
import express from 'express'
import { home, members, signIn, signUp } from './pages.js'

const app = express()
app.use(express.static('public'))
app.use(clerkMiddleware())

app.get('/', (req, res) => res.send(home()))
app.get('/sign-in', (req, res) => res.send(signIn()))
app.get('/sign-up', (req, res) => res.send(signUp()))

app.get('/members', async (req, res) => {
  const { userId } = getAuth(req)
  if (!userId) return res.redirect('/sign-in')
  res.send(members(await addressOf(userId)))
})

app.get('/api/me', async (req, res) => {
  const { userId } = getAuth(req)
  if (!userId) return res.status(401).json({ error: 'Sign in first.' })
  res.json({ id: userId, email: await addressOf(userId) })
})

async function addressOf(userId) {
  const user = await clerkClient.users.getUser(userId)
  return user.primaryEmailAddress?.emailAddress
}

const port = process.env.PORT ?? 3001
app.listen(port, () => console.log(`http://localhost:${port}`))
