import grant from 'grant'
import Koa from 'koa'
import session from 'koa-session'
import { ANSWER, grantOf, listen, SECRET, UNAUTHORIZED, USER } from '../answers.mjs'
import { memoryStore } from './memory-store.mjs'

export async function start({ port, provider, session: kind }) {
  const app = new Koa()
  app.keys = [SECRET]
  app.use(session(kind === 'memory' ? { store: memoryStore() } : {}, app))
  app.use(keepOnlyWhatIsNeeded)
  app.use(
    grant.koa()({
      defaults: { origin: `http://127.0.0.1:${port}`, prefix: '/oauth', transport: 'session', state: true },
      bench: {
        key: provider.clientId,
        secret: provider.clientSecret,
        authorize_url: `${provider.origin}/authorize`,
        access_url: `${provider.origin}/token`,
        oauth: 2,
        pkce: true,
        response: ['tokens', 'raw'],
        callback: '/',
      },
    }),
  )
  app.use((ctx) => {
    if (ctx.path !== '/guarded') return
    if (ctx.session.user === undefined) {
      ctx.status = 401
      ctx.body = UNAUTHORIZED
      return
    }
    ctx.body = { ...ANSWER, name: ctx.session.user.name }
  })
  await listen(app.callback(), port)
}

/** grant leaves the whole answer of the provider in the session, and no user. */
async function keepOnlyWhatIsNeeded(ctx, next) {
  await next()
  const raw = ctx.session.grant?.response?.raw
  if (raw?.access_token !== undefined) ctx.session = { user: USER, grant: grantOf(raw) }
}
