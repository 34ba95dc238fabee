import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import { type JWTPayload, jwtVerify } from 'jose'
import type { RecordedRequest } from '../server/recorded-request.ts'
import type { ScriptedClient } from './client.ts'

/** What client assertions are checked against. */
export interface Assertions {
  /** The one audience that is accepted. */
  readonly issuer: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** `jti` values that were used. */
  readonly used: Set<string>
}

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const MAX_LIFETIME = 300
const CLOCK_TOLERANCE = 5

/**
 * Whether a client assertion holds: signature, issuer and subject, the issuer as its one audience, at most five
 * minutes to live, a `jti` never seen before.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-3
 */
export async function verifyAssertion(
  assertion: string,
  client: ScriptedClient,
  { form }: RecordedRequest,
  assertions: Assertions,
): Promise<boolean> {
  if (form.get('client_assertion_type') !== TYPE) return false
  for (const key of verificationKeys(client)) {
    const claims = await verifiedClaims(assertion, key, client, assertions)
    if (claims !== undefined) return isFresh(claims, assertions)
  }
  return false
}

async function verifiedClaims(
  assertion: string,
  key: KeyObject,
  client: ScriptedClient,
  { issuer, now }: Assertions,
): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(assertion, key, {
      algorithms: key.type === 'secret' ? ['HS256'] : ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
      issuer: client.id,
      subject: client.id,
      audience: issuer,
      requiredClaims: ['exp', 'iat', 'jti'],
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: new Date(now()),
    })
    return payload
  } catch {
    // Another key of this client may still fit; when none does, the caller refuses.
    return undefined
  }
}

function isFresh({ aud, exp, jti }: JWTPayload, { now, used }: Assertions): boolean {
  if (typeof aud !== 'string' || exp === undefined || jti === undefined || used.has(jti)) return false
  used.add(jti)
  return exp - now() / 1000 <= MAX_LIFETIME + CLOCK_TOLERANCE
}

function verificationKeys({ authentication }: ScriptedClient): readonly KeyObject[] {
  if (authentication.method === 'client_secret_jwt') return [createSecretKey(Buffer.from(authentication.secret))]
  if (authentication.method !== 'private_key_jwt') return []
  return authentication.publicKeys.map((key) =>
    typeof key === 'string' ? createPublicKey(key) : createPublicKey({ key, format: 'jwk' }),
  )
}
