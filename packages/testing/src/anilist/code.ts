import { randomBytes } from 'node:crypto'

/** What the person approved, until the application comes for it. */
export interface CodeGrant {
  readonly clientId: string
  readonly redirectUri: string
  readonly userId: number
  readonly codeChallenge: string | undefined
  readonly codeChallengeMethod: 'plain' | 'S256'
}

export interface Codes {
  issue(grant: CodeGrant): string
  look(code: string): CodeState
  spend(code: string): void
}

export type CodeState =
  | { readonly state: 'unknown' | 'expired' | 'spent' }
  | { readonly state: 'valid'; readonly grant: CodeGrant }

const LIFETIME = 600_000
const KEPT_AFTER_EXPIRY = 3_600_000
// What the engine's encryption makes of its payload: a version header and some 350 octets, in hex.
const PREFIX = 'def50200'
const RANDOM_OCTETS = 346

/** Authorization codes: ten minutes, one use. `now` is in milliseconds. */
export function createCodes(now: () => number): Codes {
  const codes = new Map<string, { readonly grant: CodeGrant; readonly expiresAt: number; spent: boolean }>()
  return {
    issue(grant) {
      for (const [code, { expiresAt }] of codes) if (expiresAt + KEPT_AFTER_EXPIRY < now()) codes.delete(code)
      const code = longToken()
      codes.set(code, { grant, expiresAt: now() + LIFETIME, spent: false })
      return code
    },
    look(code) {
      const found = codes.get(code)
      if (found === undefined) return { state: 'unknown' }
      if (now() > found.expiresAt) return { state: 'expired' }
      if (found.spent) return { state: 'spent' }
      return { state: 'valid', grant: found.grant }
    },
    spend(code) {
      const found = codes.get(code)
      if (found !== undefined) found.spent = true
    },
  }
}

/** A code or refresh token as the engine makes them: some 700 hexadecimal digits. */
export function longToken(): string {
  return PREFIX + randomBytes(RANDOM_OCTETS).toString('hex')
}
