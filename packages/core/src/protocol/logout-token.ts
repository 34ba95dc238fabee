import { GatewayError } from '../error.ts'
import type { OidcProvider } from '../provider/provider.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { LONGEST_ON_THE_WAY, partyProblem, timeProblem } from './jwt-claims.ts'
import type { Keys } from './keys.ts'
import type { LogoutToken } from './protocol.ts'
import { verifySignature } from './signed-jwt.ts'
import type { Connection } from './transport.ts'

/**
 * Verifies a logout token: signature, algorithm and claims. Anyone can post one, so nothing about a token is
 * believed before its signature holds. Throws `logout_token_invalid`, and what `Keys` rejects with.
 *
 * @see https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation
 */
export async function verifyLogoutToken(
  token: string,
  keys: Keys,
  { provider, now }: Connection<OidcProvider>,
): Promise<LogoutToken> {
  const { id, issuer, clientId, additionalAudiences, idTokenSignedResponseAlg: algorithm } = provider
  const refuse = (advice: string, cause?: Error) =>
    new GatewayError('logout_token_invalid', { provider: id, advice, cause })
  const { claims, type } = await verifySignature(token, { keys, algorithm, kind: 'logout_token', refuse })
  if (!isAcceptedType(type, provider)) throw refuse('Its typ is not that of a logout token.')
  const parties = { issuer, clientId, additionalAudiences, now: now() / 1000 }
  const problem = partyProblem(claims, parties) ?? timeProblem(claims, parties) ?? noticeProblem(claims)
  if (problem !== undefined) throw refuse(problem)
  return readNotice(claims)
}

function isAcceptedType(type: string | undefined, { backchannelLogout }: OidcProvider): boolean {
  if (type === 'logout+jwt') return true
  return backchannelLogout !== 'accept-typed' && (type === undefined || type === 'jwt')
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const MAX_LENGTH = 255

function noticeProblem(claims: JsonObject): string | undefined {
  const { events, jti, sub, sid } = claims
  if (!isJsonObject(events) || !isJsonObject(events[EVENT])) return 'It does not announce a back-channel logout.'
  // Present at all, even null: this is how an ID token is told apart.
  if (Object.hasOwn(claims, 'nonce')) return 'It has a nonce, which only ID tokens have.'
  if (!isName(jti)) return 'It has no jti.'
  const isAbout = (value: unknown) => value === undefined || isName(value)
  return isAbout(sub) && isAbout(sid) && (isName(sub) || isName(sid)) ? undefined : 'It names neither a sub nor a sid.'
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH
}

function readNotice({ sub, sid, jti, iat, exp }: JsonObject): LogoutToken {
  const issuedAt = Number(iat)
  return {
    subject: isName(sub) ? sub : undefined,
    sid: isName(sid) ? sid : undefined,
    jti: String(jti),
    issuedAt: issuedAt * 1000,
    // A token is refused this long after it was issued, whatever it says: it need not be remembered for longer.
    expiresAt: Math.min(Number(exp), issuedAt + LONGEST_ON_THE_WAY) * 1000,
  }
}
