import { createServer } from 'node:http'

/** What every guarded route answers, so that all send the same bytes. */
export const ANSWER = { hello: 'world', name: 'Ada Example', items: [1, 2, 3] }

/** What every guarded route answers to a stranger. */
export const UNAUTHORIZED = {
  type: 'about:blank',
  title: 'You are not signed in',
  status: 401,
  detail: 'Sign in and try again.',
}

/** Who signs in at a provider without OpenID Connect. Nobody here asks it for a profile. */
export const USER = { id: 'user-1', name: ANSWER.name }

/** A redirect as long as that to a provider, and a cookie as long as that of a sign-in under way. */
export const SEE_OTHER =
  'https://provider.example/authorize?response_type=code&client_id=bench&state=0123456789abcdef0123456789'
export const COOKIE = `bench.tx=${'x'.repeat(400)}; Path=/; HttpOnly; SameSite=Lax`

/** Not a secret of anything: it seals and signs sessions of a benchmark on loopback. */
export const SECRET = 'b3nch-0nly-Zx8Qk2mR5tV7yB0dF3gH6jL9nP1sU4wA'

export const REDIS_URL = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'

/** Resolves when a plain server listens. Its connections live as long as Fastify's. */
export function listen(listener, port) {
  return new Promise((resolve, reject) => {
    createServer({ keepAliveTimeout: 72_000 }, listener).once('error', reject).listen(port, '127.0.0.1', resolve)
  })
}

/** The issuer of a setting. */
export function issuerOf({ provider, protocol }) {
  return `${provider.origin}/${protocol}`
}

/** What is kept of a token response. */
export function grantOf({ access_token, expires_in }) {
  return { accessToken: access_token, expiresAt: Date.now() + Number(expires_in) * 1000 }
}
