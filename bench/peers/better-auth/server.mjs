import { betterAuth } from 'better-auth'
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import { genericOAuth } from 'better-auth/plugins'
import { ANSWER, issuerOf, listen, SECRET, UNAUTHORIZED, USER } from '../answers.mjs'

// Seconds: long enough that the cache of the session does not run out while it is measured.
const THIRTY_DAYS = 2_592_000

export async function start(setting) {
  const origin = `http://127.0.0.1:${setting.port}`
  const auth = betterAuth({
    baseURL: origin,
    secret: SECRET,
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error' },
    // No database: the session and the tokens are encrypted in cookies.
    session: { cookieCache: { enabled: true, strategy: 'jwe', maxAge: THIRTY_DAYS } },
    account: { storeStateStrategy: 'cookie', storeAccountCookie: true },
    plugins: [genericOAuth({ config: [setting.protocol === 'oauth2' ? plain(setting) : openId(setting)] })],
  })
  const handler = toNodeHandler(auth)
  await listen(async (request, response) => {
    if (request.url !== '/guarded') return handler(request, response)
    const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) })
    if (session === null) return send(response, 401, UNAUTHORIZED)
    return send(response, 200, { ...ANSWER, name: session.user.name })
  }, setting.port)
}

function plain({ provider }) {
  return {
    providerId: 'bench',
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    authorizationUrl: `${provider.origin}/authorize`,
    tokenUrl: `${provider.origin}/token`,
    getUserInfo: async () => ({ ...USER, email: 'ada@example.com', emailVerified: true }),
  }
}

function openId(setting) {
  return {
    providerId: 'bench',
    clientId: setting.provider.clientId,
    clientSecret: setting.provider.clientSecret,
    discoveryUrl: `${issuerOf(setting)}/.well-known/openid-configuration`,
    scopes: ['openid', 'profile', 'email'],
    requireIdTokenVerification: true,
  }
}

function send(response, status, value) {
  const body = JSON.stringify(value)
  response.statusCode = status
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('content-length', Buffer.byteLength(body))
  response.end(body)
}
