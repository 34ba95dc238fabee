import { ExpressAuth, getSession } from '@auth/express'
import express from 'express'
import { ANSWER, issuerOf, listen, SECRET, UNAUTHORIZED, USER } from '../answers.mjs'

export async function start(setting) {
  const config = {
    secret: SECRET,
    trustHost: true,
    basePath: '/auth',
    session: { strategy: 'jwt' },
    // It would print a stack for every forged cookie.
    logger: { error() {}, warn() {}, debug() {} },
    providers: [setting.protocol === 'oauth2' ? plain(setting) : openId(setting)],
    callbacks: {
      // Only at sign-in is there an account.
      jwt: ({ token, account }) => (account ? { ...token, accessToken: account.access_token } : token),
    },
  }
  const app = express()
  app.use('/auth', ExpressAuth(config))
  app.get('/guarded', async (request, response) => {
    const session = await getSession(request, config)
    if (session === null) return response.status(401).json(UNAUTHORIZED)
    return response.json({ ...ANSWER, name: session.user.name })
  })
  await listen(app, setting.port)
}

function plain({ provider }) {
  return {
    id: 'bench',
    name: 'Bench',
    type: 'oauth',
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    client: { token_endpoint_auth_method: 'client_secret_post' },
    checks: ['pkce', 'state'],
    authorization: `${provider.origin}/authorize`,
    token: `${provider.origin}/token`,
    userinfo: { url: `${provider.origin}/userinfo`, request: async () => USER },
    profile: (profile) => profile,
  }
}

function openId(setting) {
  const { provider, protocol } = setting
  return {
    id: 'bench',
    name: 'Bench',
    type: 'oidc',
    issuer: issuerOf(setting),
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    client: { token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: protocol.toUpperCase() },
    checks: ['pkce', 'state', 'nonce'],
  }
}
