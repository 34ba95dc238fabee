import type { Grant, Session } from './session.ts'

/** Milliseconds. */
export interface Lifetimes {
  readonly idle: number
  readonly absolute: number
}

// Recording activity costs a seal and a Set-Cookie, so it is done once per tenth of the idle time.
const TOUCH_FRACTION = 10

/**
 * When the session ends if nothing more happens: the earliest of the idle time, the absolute time, and the end
 * of a grant that nothing can renew, for a session without a usable token only looks alive.
 */
export function endOf(session: Session, lifetimes: Lifetimes): number {
  return Math.min(session.touchedAt + lifetimes.idle, lastMomentOf(session, lifetimes))
}

/** When the user signs in again, however active the session is. */
export function lastMomentOf(session: Session, lifetimes: Lifetimes): number {
  const grant = session.grants[session.provider]
  return Math.min(
    session.signedInAt + lifetimes.absolute,
    grant === undefined ? Number.POSITIVE_INFINITY : endOfGrant(grant),
  )
}

/** Whether activity is worth recording now. */
export function touchIsDue(session: Session, lifetimes: Lifetimes, now: number): boolean {
  return now - session.touchedAt >= lifetimes.idle / TOUCH_FRACTION
}

function endOfGrant({ refreshToken, expiresAt }: Grant): number {
  return refreshToken === undefined && expiresAt !== undefined ? expiresAt : Number.POSITIVE_INFINITY
}
