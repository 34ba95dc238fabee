import type { Cookie } from '../http/cookie.ts'
import type { TokenResponse } from '../protocol/protocol.ts'
import type { UserProfile } from '../provider/provider.ts'
import type { Session } from '../session/session.ts'
import type { Transaction } from '../transaction/transaction.ts'

/** A sign-in that waits for the provider's answer. */
export interface Requested {
  readonly phase: 'requested'
  readonly transaction: Transaction
}

/** The provider's answer was believed: its code may be spent, once. */
export interface Authorized {
  readonly phase: 'authorized'
  readonly transaction: Transaction
  readonly code: string
}

/** The code was exchanged, and the provider said who the user is. */
export interface Granted {
  readonly phase: 'granted'
  readonly transaction: Transaction
  readonly tokens: TokenResponse
  readonly user: UserProfile
  /** `false` when the profile could not be reached and the user is known by the subject alone. */
  readonly profileKnown: boolean
}

/** The application agreed. */
export interface SignedInOutcome {
  readonly phase: 'signed_in'
  readonly session: Session
  /** Cookies that carry the session, and end the one it replaces. */
  readonly cookies: readonly Cookie[]
  readonly returnTo: string | undefined
}

/** Another process of the same application has signed this browser in, by the same answer. */
export interface FinishedElsewhere {
  readonly phase: 'finished_elsewhere'
  readonly cookies: readonly Cookie[]
  readonly returnTo: string | undefined
}

export type FinishedSignIn = SignedInOutcome | FinishedElsewhere

export type Phase = 'anonymous' | 'requested' | 'authorized' | 'granted' | 'signed_in' | 'signed_out' | 'failed'

/**
 * Which phase may follow which. Not interpreted at run time: the steps' types say the same. It feeds the diagram
 * in `docs/flow.md` and the test that every observed sequence of events is legal.
 */
export const TRANSITIONS = {
  anonymous: ['requested'],
  requested: ['authorized', 'failed'],
  authorized: ['granted', 'failed'],
  granted: ['signed_in', 'failed'],
  signed_in: ['signed_out', 'requested'],
  signed_out: ['requested'],
  failed: ['requested'],
} as const satisfies Record<Phase, readonly Phase[]>
