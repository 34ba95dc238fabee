import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import { json, type LocalServer, startServer } from './local-server.ts'

export interface SigningKey {
  readonly algorithm: string
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

/** A scripted OpenID Provider on 127.0.0.1: it publishes what a test says, and answers the token endpoint with it. */
export interface OpenidProvider extends LocalServer {
  readonly issuer: string
  readonly key: SigningKey
  metadata: Record<string, unknown>
  keys: readonly JWK[]
  userinfo: Record<string, unknown>
  /** Claims of the next ID tokens, over the usual ones; `undefined` removes one. */
  claims: Record<string, unknown>
  /** Members of the next token responses, over the usual ones. */
  tokens: Record<string, unknown>
  /** Signs claims over the usual ones. */
  idToken(claims?: Record<string, unknown>, header?: Record<string, unknown>, key?: SigningKey): Promise<string>
}

export const ACCESS_TOKEN = 'canary-access-token'
export const REFRESH_TOKEN = 'canary-refresh-token'
export const NONCE = 'canary-nonce'

export async function startOpenidProvider(algorithm = 'RS256'): Promise<OpenidProvider> {
  const server = await startServer()
  const issuer = server.origin
  const key = await (FIRST_KEYS.get(algorithm) ?? firstKey(algorithm))

  const provider: OpenidProvider = {
    ...server,
    issuer,
    key,
    metadata: {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      revocation_endpoint: `${issuer}/revoke`,
      end_session_endpoint: `${issuer}/end-session`,
      jwks_uri: `${issuer}/jwks`,
    },
    keys: [key.jwk],
    userinfo: { sub: 'user-1', name: 'Ada' },
    claims: {},
    tokens: {},
    async idToken(claims = {}, header = {}, signingKey = key) {
      const { kid } = signingKey.jwk
      return sign(
        { ...usualClaims(issuer), ...claims },
        { alg: signingKey.algorithm, ...(kid === undefined ? {} : { kid }), ...header },
        signingKey,
      )
    },
  }

  server.on('/.well-known/openid-configuration', (response) => json(200, provider.metadata)(response, NO_REQUEST))
  server.on('/jwks', (response) => json(200, { keys: provider.keys })(response, NO_REQUEST))
  server.on('/userinfo', (response) => json(200, provider.userinfo)(response, NO_REQUEST))
  server.on('/token', async (response) => {
    const usual = {
      access_token: ACCESS_TOKEN,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: REFRESH_TOKEN,
      scope: 'openid profile',
      id_token: await provider.idToken(provider.claims),
    }
    await json(200, { ...usual, ...provider.tokens })(response, NO_REQUEST)
  })
  return provider
}

// RSA keys take long to make, and no test minds that another used the same.
const FIRST_KEYS = new Map<string, Promise<SigningKey>>()

function firstKey(algorithm: string): Promise<SigningKey> {
  const key = createSigningKey('key-1', algorithm)
  FIRST_KEYS.set(algorithm, key)
  return key
}

export async function createSigningKey(kid: string | undefined, algorithm = 'RS256'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const jwk = await exportJWK(publicKey)
  return { algorithm, privateKey, jwk: { ...jwk, ...(kid === undefined ? {} : { kid }), use: 'sig' } }
}

/** Claims of an ID token that holds, at this moment. */
export function usualClaims(issuer: string): JWTPayload {
  const now = Math.floor(Date.now() / 1000)
  return { iss: issuer, sub: 'user-1', aud: 'client-1', exp: now + 300, iat: now, nonce: NONCE }
}

export function sign(
  claims: Record<string, unknown>,
  header: Record<string, unknown> & { readonly alg: string },
  { privateKey }: Pick<SigningKey, 'privateKey'>,
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header).sign(privateKey)
}

const NO_REQUEST = { method: '', target: '', headers: {}, body: '' } as const
