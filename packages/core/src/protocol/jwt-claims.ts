import type { JsonObject } from './json.ts'

/** Who speaks to whom, and when. */
export interface Parties {
  readonly issuer: string
  readonly clientId: string
  /** Audiences trusted beside the client id. */
  readonly additionalAudiences: readonly string[]
  /** Seconds since the epoch. */
  readonly now: number
}

/**
 * What is wrong with who a token of the issuer comes from and who it is for, as a sentence for the operator. A
 * member that is `null` counts as absent, here and wherever claims are read: some servers write them that way.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export function partyProblem(claims: JsonObject, parties: Parties): string | undefined {
  const { issuer, clientId, additionalAudiences } = parties
  const { iss, aud, azp } = claims
  if (iss !== issuer) return 'The iss of its token is not the configured issuer.'
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!audiences.includes(clientId)) return 'The aud of its token does not name this client.'
  const isTrusted = (audience: unknown): boolean =>
    audience === clientId || additionalAudiences.some((trusted) => trusted === audience)
  if (!audiences.every(isTrusted)) {
    return 'The aud of its token names others too. Add those you trust to additionalAudiences.'
  }
  return (azp ?? clientId) === clientId ? undefined : 'The azp of its token names another client.'
}

const TOLERANCE = 30
const FARTHEST_AHEAD = 60
/** Seconds after `iat` in which a token is accepted. */
export const LONGEST_ON_THE_WAY = 600

/** What is wrong with when a token was issued and until when it counts, as a sentence for the operator. */
export function timeProblem({ exp, iat, nbf }: JsonObject, { now }: Parties): string | undefined {
  if (!isTime(exp) || !isTime(iat)) return 'The exp or the iat of its token is not a number.'
  if (!isTime(nbf ?? iat)) return 'The nbf of its token is not a number.'
  const isOver = exp <= now - TOLERANCE
  const isEarly = isTime(nbf) && nbf > now + TOLERANCE
  const isStale = iat < now - LONGEST_ON_THE_WAY
  const isAhead = iat > now + FARTHEST_AHEAD
  if (!isOver && !isEarly && !isStale && !isAhead) return undefined
  const difference = Math.round(Math.abs(now - iat))
  return `Its token is not valid at this time. If it was just issued, the clocks of this server and of the provider differ by about ${difference} seconds: synchronise them.`
}

/** Whether an event is no longer ago than a number of seconds, and not still to come, as far as clocks agree. */
export function isWithin(time: number, seconds: number, now: number): boolean {
  return time + seconds >= now - TOLERANCE && time <= now + FARTHEST_AHEAD
}

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
