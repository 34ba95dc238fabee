import oauth2 from '@fastify/oauth2'
import secureSession from '@fastify/secure-session'
import Fastify from 'fastify'
import { ANSWER, grantOf, UNAUTHORIZED, USER } from '../answers.mjs'

export async function start({ port, provider }) {
  const app = Fastify()
  await app.register(secureSession, {
    key: Buffer.alloc(32, 7),
    cookie: { path: '/', httpOnly: true, sameSite: 'lax' },
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
    request.session.regenerate()
    request.session.set('user', USER)
    request.session.set('grant', grantOf(token))
    return reply.redirect('/')
  })

  const guard = async (request, reply) => {
    if (request.session.get('user') === undefined) return reply.code(401).send(UNAUTHORIZED)
  }
  app.get('/guarded', { onRequest: guard }, async (request) => ({ ...ANSWER, name: request.session.get('user').name }))
  await app.listen({ port, host: '127.0.0.1' })
}
