import cookie from '@fastify/cookie'
import oauth2 from '@fastify/oauth2'
import session from '@fastify/session'
import Fastify from 'fastify'
import { ANSWER, grantOf, REDIS_URL, SECRET, UNAUTHORIZED, USER } from '../answers.mjs'

export async function start({ port, provider, session: kind }) {
  const app = Fastify()
  await app.register(cookie)
  await app.register(session, {
    secret: SECRET,
    cookie: { secure: false, sameSite: 'lax' },
    saveUninitialized: false,
    ...(kind === 'redis' ? { store: await redisStore() } : {}),
  })
  await app.register(oauth2, {
    name: 'bench',
    credentials: {
      client: { id: provider.clientId, secret: provider.clientSecret },
      auth: {
        authorizeHost: provider.origin,
        authorizePath: '/authorize',
        tokenHost: provider.origin,
        tokenPath: '/token',
      },
    },
    scope: [],
    pkce: 'S256',
    startRedirectPath: '/login',
    callbackUri: `http://127.0.0.1:${port}/callback`,
  })

  app.get('/callback', async (request, reply) => {
    const { token } = await app.bench.getAccessTokenFromAuthorizationCodeFlow(request, reply)
    await request.session.regenerate()
    request.session.user = USER
    request.session.grant = grantOf(token)
    return reply.redirect('/')
  })

  const guard = async (request, reply) => {
    if (request.session.user === undefined) return reply.code(401).send(UNAUTHORIZED)
  }
  app.get('/guarded', { onRequest: guard }, async (request) => ({ ...ANSWER, name: request.session.user.name }))
  await app.listen({ port, host: '127.0.0.1' })
}

async function redisStore() {
  // Loaded here, so that a start without Redis does not pay for it.
  const [{ RedisStore }, { createClient }] = await Promise.all([import('connect-redis'), import('redis')])
  const client = await createClient({ url: REDIS_URL }).connect()
  return new RedisStore({ client, prefix: `postern-bench-peer-${process.pid}:`, ttl: 600 })
}
