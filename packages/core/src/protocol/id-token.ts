import { hash } from 'node:crypto'
import { GatewayError } from '../error.ts'
import type { OidcProvider, SignatureAlgorithm } from '../provider/provider.ts'
import { brokenRule, type Occasion } from './id-token-claims.ts'
import { isJsonObject, type JsonObject, parseJson, withoutProto } from './json.ts'
import type { Keys } from './keys.ts'
import { verifySignature } from './signed-jwt.ts'
import type { Connection } from './transport.ts'

/** An ID token and the access token it came with: `at_hash`, when there is one, is a hash of that. */
export interface IdTokenResponse {
  readonly idToken: string | undefined
  readonly accessToken: string
}

/**
 * Verifies an ID token and returns its claims: the signature with the issuer's keys and the pinned algorithm, then
 * every claim. Throws `id_token_invalid` with advice, and what `Keys` rejects with.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export async function verifyIdToken(
  { idToken, accessToken }: IdTokenResponse,
  occasion: Occasion,
  keys: Keys,
  { provider, now }: Connection<OidcProvider>,
): Promise<JsonObject> {
  const { id, issuer, clientId, additionalAudiences, idTokenSignedResponseAlg: algorithm } = provider
  const refuse = (advice: string, cause?: Error) =>
    new GatewayError('id_token_invalid', { provider: id, advice, cause })
  if (idToken === undefined) throw refuse('Its token response has no ID token: is openid among the scopes?')
  const { claims, type } = await verifySignature(idToken, { keys, algorithm, kind: 'id_token', refuse })
  // RFC 8725 section 3.11: what calls itself an access token or a logout token is no ID token.
  if (type !== undefined && type !== 'jwt') throw refuse('It sent a token of another kind in place of the ID token.')
  const problem = brokenRule(claims, { issuer, clientId, additionalAudiences, now: now() / 1000 }, occasion)
  if (problem !== undefined) throw refuse(problem)
  if (!fitsAccessToken(claims, accessToken, algorithm)) {
    throw refuse('The at_hash of its ID token is not that of the access token.')
  }
  return withoutProto(claims)
}

/** Claims of an ID token that was verified when it came, and kept under our own seal since. None where there is none. */
export function claimsOfVerified(idToken: string | undefined): JsonObject {
  const claims = parseJson(Buffer.from(idToken?.split('.', 2)[1] ?? '', 'base64url').toString())
  return isJsonObject(claims) ? claims : {}
}

/** @see https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken */
function fitsAccessToken({ at_hash }: JsonObject, accessToken: string, algorithm: SignatureAlgorithm): boolean {
  if ((at_hash ?? undefined) === undefined) return true
  const digest = hash(hashOf(algorithm), accessToken, 'buffer')
  return at_hash === digest.toString('base64url', 0, digest.length / 2)
}

/** The hash inside the signature algorithm. Ed25519 has SHA-512 there. */
function hashOf(algorithm: SignatureAlgorithm): string {
  return `sha${/^[A-Z]{2}(\d{3})$/.exec(algorithm)?.[1] ?? '512'}`
}
