import { randomBytes } from 'node:crypto'
import session from 'express-session'

/** express-session keeps JSON. */
export async function fill(count, sessionOf) {
  const store = new session.MemoryStore()
  for (let index = 0; index < count; index += 1) {
    const cookie = { originalMaxAge: null, expires: null, httpOnly: true, path: '/' }
    const { user, grant } = sessionOf(index)
    await new Promise((resolve) => {
      store.set(randomBytes(24).toString('base64url'), { cookie, passport: { user: { ...user, grant } } }, resolve)
    })
  }
  return store
}
