import type { OidcProvider } from '../provider/provider.ts'
import { isSubject } from '../provider/subject.ts'
import type { JsonObject } from './json.ts'
import { isTime, isWithin, type Parties, partyProblem, timeProblem } from './jwt-claims.ts'

/** What an ID token answers: the authorization request of a sign-in, or a refresh of its tokens. */
export type Occasion = SignInOccasion | RefreshOccasion

interface SignInOccasion {
  readonly type: 'sign_in'
  readonly nonce: string | undefined
  /** `max_age` that was asked for, in seconds. */
  readonly maxAge: number | undefined
  /** `acr_values` that were asked for. */
  readonly acr: readonly string[] | undefined
}

interface RefreshOccasion {
  readonly type: 'refresh'
  /** Claims of the ID token before. */
  readonly earlier: JsonObject
  readonly authTime: OidcProvider['authTimeOnRefresh']
}

/**
 * The first rule that the claims of an ID token break, as a sentence for the operator, or `undefined`. The
 * signature is somebody else's business.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 * @see https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse
 */
export function brokenRule(claims: JsonObject, parties: Parties, occasion: Occasion): string | undefined {
  return (
    partyProblem(claims, parties) ??
    subjectProblem(claims) ??
    timeProblem(claims, parties) ??
    (occasion.type === 'sign_in' ? signInProblem(claims, occasion, parties) : refreshProblem(claims, occasion))
  )
}

function subjectProblem({ sub, events }: JsonObject): string | undefined {
  // OpenID Connect Back-Channel Logout 1.0 section 2.4: what has events is a logout token.
  if ((events ?? undefined) !== undefined) return 'It sent a logout token in place of the ID token.'
  return isSubject(sub) ? undefined : 'The sub of its ID token is missing or not usable.'
}

function signInProblem(
  { nonce, auth_time, acr }: JsonObject,
  asked: SignInOccasion,
  { now }: Parties,
): string | undefined {
  if (asked.nonce === undefined || nonce !== asked.nonce) return 'The nonce of its ID token is not of this sign-in.'
  const authTime = auth_time ?? undefined
  if (authTime !== undefined && !isTime(authTime)) return 'The auth_time of its ID token is not a number.'
  if (asked.maxAge !== undefined && (authTime === undefined || !isWithin(authTime, asked.maxAge, now))) {
    return 'Its ID token does not show a sign-in as recent as max_age asked for.'
  }
  if (asked.acr !== undefined && !asked.acr.some((value) => value === acr)) {
    return 'The acr of its ID token is none of the acr_values that were asked for.'
  }
  return undefined
}

/** A refresh continues a sign-in: it is of the same user at the same time, and never the answer to another request. */
function refreshProblem(
  { sub, nonce, auth_time }: JsonObject,
  { earlier, authTime }: RefreshOccasion,
): string | undefined {
  if (sub !== earlier['sub']) return 'The ID token of its refresh is about somebody else.'
  if (authTime !== 'latest' && differs(auth_time, earlier['auth_time'])) {
    return 'The ID token of its refresh has the auth_time of another sign-in.'
  }
  if (differs(nonce, earlier['nonce'])) return 'The ID token of its refresh has the nonce of another sign-in.'
  return undefined
}

/** A claim that either token leaves out says nothing. */
function differs(claim: unknown, earlier: unknown): boolean {
  return (claim ?? undefined) !== undefined && (earlier ?? undefined) !== undefined && claim !== earlier
}
