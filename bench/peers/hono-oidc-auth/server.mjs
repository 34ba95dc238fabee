import { getRequestListener } from '@hono/node-server'
import { getAuth, initOidcAuthMiddleware, oidcAuthMiddleware, processOAuthCallback } from '@hono/oidc-auth'
import { Hono } from 'hono'
import { ANSWER, issuerOf, listen, SECRET, UNAUTHORIZED } from '../answers.mjs'

export async function start(setting) {
  const { port, provider } = setting
  const app = new Hono()
  app.use(
    initOidcAuthMiddleware({
      OIDC_AUTH_SECRET: SECRET,
      OIDC_ISSUER: issuerOf(setting),
      OIDC_CLIENT_ID: provider.clientId,
      OIDC_CLIENT_SECRET: provider.clientSecret,
      OIDC_REDIRECT_URI: `http://127.0.0.1:${port}/callback`,
      OIDC_SCOPES: 'openid profile email',
    }),
  )
  app.use(async (context, next) => {
    // It keeps a refresh token and what this hook returns; this provider gives no refresh token.
    context.set('oidcClaimsHook', async (_previous, claims, response) => ({
      sub: claims.sub,
      name: claims.name,
      accessToken: response.access_token,
    }))
    await next()
  })
  app.get('/callback', (context) => processOAuthCallback(context))
  app.get('/login', oidcAuthMiddleware(), (context) => context.redirect('/'))
  app.get('/guarded', async (context) => {
    const auth = await getAuth(context)
    return auth === null ? context.json(UNAUTHORIZED, 401) : context.json({ ...ANSWER, name: auth.name })
  })
  await listen(getRequestListener(app.fetch), port)
}
