import { randomBytes } from 'node:crypto'

/** What was approved: one sign-in of one user at one client, and everything that comes of it. */
export interface Grant {
  readonly clientId: string
  readonly redirectUri: string
  readonly scope: string
  readonly nonce: string | undefined
  readonly codeChallenge: string | undefined
  readonly codeChallengeMethod: 'plain' | 'S256'
  readonly acr: string | undefined
  /** Claims of the user, as they were then. */
  readonly user: Readonly<Record<string, unknown>>
  /** Session at the provider: `sid` of ID tokens and logout tokens. */
  readonly sid: string
  /** Seconds since the epoch. */
  readonly authTime: number
}

/** Codes and tokens that are out. Times are in seconds. */
export interface Grants {
  issueCode(grant: Grant): string
  /** Spends a code. A second use revokes what the first gave out (RFC 6749 section 4.1.2). */
  spendCode(code: string): Grant | undefined
  issueAccessToken(grant: Grant, lifetime: number): string
  issueRefreshToken(grant: Grant): string
  grantOfAccessToken(token: string): Grant | undefined
  /** Spends a refresh token, or only looks when `rotating` is false. A second use of a spent one revokes all. */
  useRefreshToken(token: string, clientId: string, rotating: boolean): Grant | undefined
  /** Revokes a token of either kind; with a refresh token goes everything that came of the same sign-in. */
  revokeToken(token: string, clientId: string): void
  /** Revokes everything of one session at the provider. */
  endSession(sid: string): void
}

const CODE_LIFETIME = 60

/** Codes, access tokens and refresh tokens of one provider. `now` is in milliseconds. */
export function createGrants(now: () => number): Grants {
  const codes = new Map<string, { readonly grant: Grant; readonly expiresAt: number; spent: boolean }>()
  const accessTokens = new Map<string, { readonly grant: Grant; readonly expiresAt: number }>()
  const refreshTokens = new Map<string, { readonly grant: Grant; spent: boolean }>()
  const seconds = (): number => now() / 1000

  const revokeAll = (belongs: (grant: Grant) => boolean): void => {
    for (const tokens of [accessTokens, refreshTokens]) {
      for (const [token, { grant }] of tokens) if (belongs(grant)) tokens.delete(token)
    }
  }
  return {
    issueCode(grant) {
      const code = unguessable()
      codes.set(code, { grant, expiresAt: seconds() + CODE_LIFETIME, spent: false })
      return code
    },
    spendCode(code) {
      const found = codes.get(code)
      if (found === undefined || seconds() > found.expiresAt) return undefined
      if (found.spent) revokeAll((grant) => grant === found.grant)
      if (found.spent) return undefined
      found.spent = true
      return found.grant
    },
    issueAccessToken(grant, lifetime) {
      const token = unguessable()
      accessTokens.set(token, { grant, expiresAt: seconds() + lifetime })
      return token
    },
    issueRefreshToken(grant) {
      const token = unguessable()
      refreshTokens.set(token, { grant, spent: false })
      return token
    },
    grantOfAccessToken(token) {
      const found = accessTokens.get(token)
      return found === undefined || seconds() >= found.expiresAt ? undefined : found.grant
    },
    useRefreshToken(token, clientId, rotating) {
      const found = refreshTokens.get(token)
      if (found === undefined || found.grant.clientId !== clientId) return undefined
      if (found.spent) revokeAll((grant) => grant === found.grant)
      if (found.spent) return undefined
      found.spent = rotating
      return found.grant
    },
    revokeToken(token, clientId) {
      const { grant } = refreshTokens.get(token) ?? {}
      if (grant?.clientId === clientId) revokeAll((other) => other === grant)
      if (accessTokens.get(token)?.grant.clientId === clientId) accessTokens.delete(token)
    },
    endSession: (sid) => revokeAll((grant) => grant.sid === sid),
  }
}

function unguessable(): string {
  return randomBytes(32).toString('base64url')
}
