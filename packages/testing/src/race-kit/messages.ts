import { createHash } from 'node:crypto'

/** What a process of the race is made from: its only argument, as JSON. */
export interface Setup {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Seconds one call to the provider may take. */
  readonly timeout: number
  /** Module that exports `makeStore`, and what that is called with; absent for sessions in cookies. */
  readonly store?: { readonly url: string; readonly setting: string } | undefined
}

export type ToProcess =
  /** Move the clock forward. */
  | { readonly type: 'advance'; readonly milliseconds: number }
  /** Go on and present the refresh token. */
  | { readonly type: 'present'; readonly id: number }
  | { readonly type: 'close' }

export type FromProcess =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'advanced' }
  /** A refresh token, by its digest, is about to be presented. */
  | { readonly type: 'presenting'; readonly id: number; readonly token: string }

/** What one request of the race is told. */
export interface TokenAnswer {
  readonly subject: string
  /** Digest of the access token. */
  readonly token: string
}

export const ORIGIN = 'https://race.example'
export const PROVIDER = 'race'
/** Header by which the provider knows which process asks. */
export const PROCESS_HEADER = 'x-race-process'

/** What stands for a token wherever it is only to be recognised. */
export function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url').slice(0, 22)
}
