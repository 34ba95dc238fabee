import type { Grant } from './session.ts'

// A token is renewed within its last tenth, but not more than a minute early.
const AHEAD_FRACTION = 10
const MAX_AHEAD = 60_000

/** Whether the access token has expired. One without a known lifetime has not. */
export function isExpired({ expiresAt }: Grant, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now
}

/**
 * Whether it is time to renew the token: somewhat ahead of expiry, so that no request meets a token that dies on
 * its way, and not for all sessions at the same distance, so that those made together do not come back together.
 */
export function isDueForRefresh({ refreshToken, expiresAt, receivedAt }: Grant, now: number): boolean {
  if (refreshToken === undefined || expiresAt === undefined) return false
  const ahead = Math.min(MAX_AHEAD, (expiresAt - receivedAt) / AHEAD_FRACTION)
  return now >= expiresAt - ahead * jitterOf(receivedAt)
}

/** From a half to one: the millisecond a token arrived in is as good as random. */
function jitterOf(receivedAt: number): number {
  return 0.5 + (receivedAt % 1000) / 2000
}
