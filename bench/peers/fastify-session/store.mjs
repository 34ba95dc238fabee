import { randomBytes } from 'node:crypto'
import session from '@fastify/session'

/** @fastify/session keeps what it is given. */
export async function fill(count, sessionOf) {
  const store = new session.MemoryStore()
  for (let index = 0; index < count; index += 1) {
    const cookie = { path: '/', httpOnly: true, secure: false, sameSite: 'lax', originalMaxAge: null }
    await new Promise((resolve) => {
      store.set(randomBytes(24).toString('base64url'), { cookie, ...sessionOf(index) }, resolve)
    })
  }
  return store
}
