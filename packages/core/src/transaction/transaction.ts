import type { FormerSession } from '../session/former.ts'

/** What must survive the redirect to a provider: sealed in its own cookie, one for each sign-in. */
export interface Transaction {
  readonly provider: string
  /** Issuer the sign-in was started with, where the provider has one. */
  readonly issuer: string | undefined
  readonly state: string
  readonly nonce: string | undefined
  readonly codeVerifier: string
  /** A path that was safe when the sign-in started; it is checked again when it is used. */
  readonly returnTo: string | undefined
  /** `max_age` that was asked for, in seconds. */
  readonly maxAge: number | undefined
  /** `acr_values` that were asked for. */
  readonly acr: readonly string[] | undefined
  /** The session to replace, where the answer will not show it. */
  readonly former?: FormerSession | undefined
  /** Marks this browser for the loop breaker. */
  readonly loop: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}
