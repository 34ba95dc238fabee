import type { CompactVerifyResult } from 'jose'
import type { GatewayError } from '../error.ts'
import type { SignatureAlgorithm } from '../provider/provider.ts'
import { errorCodeOf } from './error-code.ts'
import { isJsonObject, type JsonObject, parseJson } from './json.ts'
import type { Keys } from './keys.ts'

/** A JWT that was signed by its issuer. Nothing in it is checked beyond that. */
export interface SignedJwt {
  readonly claims: JsonObject
  /** `typ` of its header, lower case and without `application/`. */
  readonly type: string | undefined
}

export interface SignatureExpectation {
  readonly keys: Keys
  readonly algorithm: SignatureAlgorithm
  readonly kind: 'id_token' | 'logout_token'
  /** Makes the error of a token that does not hold. */
  readonly refuse: (advice: string, cause?: Error) => GatewayError
}

/**
 * Verifies the signature of a JWT with its issuer's keys and one algorithm: the token chooses neither. Throws what
 * `refuse` makes, and what `Keys` rejects with.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8725#section-3
 */
export async function verifySignature(jwt: string, expectation: SignatureExpectation): Promise<SignedJwt> {
  const { payload, protectedHeader } = await verified(jwt, expectation)
  const claims = parseJson(new TextDecoder().decode(payload))
  // What `crit` could name are extensions that no token here has a use for.
  if (!isJsonObject(claims) || protectedHeader.crit !== undefined) throw expectation.refuse('Its token is malformed.')
  return { claims, type: typeOf(protectedHeader) }
}

function typeOf({ typ }: { readonly typ?: unknown }): string | undefined {
  if (typ === undefined) return undefined
  // What is no string is a type all the same, and none that anybody expects.
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : ''
}

/** Keys that do not fit are fetched anew, once. */
async function verified(
  jwt: string,
  { keys, algorithm, kind, refuse }: SignatureExpectation,
): Promise<CompactVerifyResult> {
  const known = keys.known()
  try {
    if (known !== undefined) return await known.verify(jwt, algorithm)
  } catch (error) {
    if (!mayBeRotated(error)) throw translated(error, refuse)
  }
  const current = await keys.newerThan(known, kind)
  try {
    return await current.verify(jwt, algorithm)
  } catch (error) {
    throw translated(error, refuse)
  }
}

// Keys are replaced under new names, but also under old ones, and under none. A second key may be gone again.
const ROTATION = [
  'ERR_JWKS_NO_MATCHING_KEY',
  'ERR_JWKS_MULTIPLE_MATCHING_KEYS',
  'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
]

function mayBeRotated(error: unknown): boolean {
  return ROTATION.includes(errorCodeOf(error) ?? '')
}

const ADVICE = new Map([
  ['ERR_JOSE_ALG_NOT_ALLOWED', 'Its token is not signed with the algorithm of idTokenSignedResponseAlg.'],
  ['ERR_JWKS_NO_MATCHING_KEY', 'None of its published keys is the one its token names.'],
  ['ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'Its token names no key, or one whose name several of its published keys have.'],
  ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'The signature of its token is not by its published keys.'],
])

/** `jose` puts claims into some of its errors: only the code is kept. */
function translated(error: unknown, refuse: SignatureExpectation['refuse']): GatewayError {
  const code = errorCodeOf(error)
  // What has no code is what the key cannot be used for.
  if (code === undefined) return refuse('The key that its token names is malformed, or an RSA key below 2048 bits.')
  return refuse(ADVICE.get(code) ?? 'Its token is not a signed JWT that can be verified.', new Error(code))
}
