import { clerkMiddleware } from '@clerk/nextjs/server'

export default clerkMiddleware()

export const config = {
  // Every page and route, but no file.
  matcher: ['/((?!_next|.*\\.[a-z0-9]+$).*)'],
}
