import { generateKeyPair, type KeyObject, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { SignJWT } from 'jose'
import { longToken } from './code.ts'
import type { EngineTraits } from './engine.ts'

export interface TokenOptions {
  readonly engine: EngineTraits
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Seconds. */
  readonly lifetime: number
  readonly refreshToken: 'none' | 'rotating'
  /** Bits of the RSA key. */
  readonly modulusLength: number
}

/** What the token endpoint gives out. */
export interface IssuedTokens {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  /** Seconds. */
  readonly expiresIn: number
}

export interface Tokens {
  issue(clientId: string, userId: number): Promise<IssuedTokens>
  /** Id of the user the token stands for; `undefined` when it is unknown, revoked or expired. */
  userOf(accessToken: string): number | undefined
  /** Takes a refresh token back, and the access token that came with it. */
  takeBack(refreshToken: string, clientId: string): TakenBack
  /** What happens when a person removes the application from their settings. */
  revokeAll(): void
}

export type TakenBack =
  | { readonly ok: true; readonly userId: number }
  | { readonly ok: false; readonly reason: 'unknown' | 'revoked' | 'other-client' }

interface Held {
  readonly clientId: string
  readonly userId: number
  readonly accessToken: string
  revoked: boolean
}

/**
 * Access tokens shaped as AniList's: RS256, no `kid` and no `iss`, the client id as `aud`, the user id as `sub`,
 * an empty `scopes`, one year.
 */
export async function createTokens(options: TokenOptions): Promise<Tokens> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: options.modulusLength })
  const access = new Map<string, { readonly userId: number; readonly expiresAt: number }>()
  const refresh = new Map<string, Held>()
  return {
    async issue(clientId, userId) {
      const accessToken = await sign(privateKey, clientId, userId, options)
      access.set(accessToken, { userId, expiresAt: options.now() + options.lifetime * 1000 })
      const refreshToken = options.refreshToken === 'none' ? undefined : longToken()
      if (refreshToken !== undefined) refresh.set(refreshToken, { clientId, userId, accessToken, revoked: false })
      return { accessToken, refreshToken, expiresIn: options.lifetime }
    },
    userOf(accessToken) {
      const found = access.get(accessToken)
      return found === undefined || options.now() >= found.expiresAt ? undefined : found.userId
    },
    takeBack(refreshToken, clientId) {
      const held = refresh.get(refreshToken)
      if (held === undefined) return { ok: false, reason: 'unknown' }
      if (held.clientId !== clientId) return { ok: false, reason: 'other-client' }
      if (held.revoked) return { ok: false, reason: 'revoked' }
      held.revoked = true
      access.delete(held.accessToken)
      return { ok: true, userId: held.userId }
    },
    revokeAll() {
      access.clear()
      for (const held of refresh.values()) held.revoked = true
    },
  }
}

function sign(key: KeyObject, clientId: string, userId: number, { engine, now, lifetime }: TokenOptions) {
  const jti = randomBytes(40).toString('hex')
  const issuedAt = engine.timeClaims === 'integers' ? Math.floor(now() / 1000) : now() / 1000 + 0.000321
  const claims = {
    aud: clientId,
    jti,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + lifetime,
    sub: String(userId),
    scopes: [],
  }
  const header = { typ: 'JWT', alg: 'RS256', ...(engine.headerJti === 'repeated' ? { jti } : {}) }
  return new SignJWT(claims).setProtectedHeader(header).sign(key)
}
