import type { CompactVerifyResult, JWK } from 'jose'
import { GatewayError } from '../error.ts'
import type { SignatureAlgorithm } from '../provider/provider.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { loadJose } from './library.ts'
import { fetchDocument, unavailable } from './published-document.ts'
import type { Connection } from './transport.ts'

/** The signing keys an issuer had at one moment. */
export interface KeySet {
  /**
   * Verifies a signature with the key that the token names and the algorithm that it is given. Headers that bring a
   * key along, or say where to get one, are not looked at. Rejects with errors of `jose`.
   */
  verify(jwt: string, algorithm: SignatureAlgorithm): Promise<CompactVerifyResult>
  readonly fetchedAt: number
}

/**
 * The signing keys of one issuer, fetched when first needed and kept for ten minutes.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys
 */
export interface Keys {
  /** The keys at hand, if they are recent. */
  known(): KeySet | undefined
  /**
   * Keys newer than those that did not fit a token, at once and in one flight. An ID token comes straight from the
   * token endpoint; a logout token can be posted by anyone, so all of those together cause one fetch in 30 s, or in
   * 5 s while there are no keys, and in between get the keys at hand.
   */
  newerThan(unfit: KeySet | undefined, reason: 'id_token' | 'logout_token'): Promise<KeySet>
}

const MAX_AGE = 10 * 60_000
const LOGOUT_TOKEN_COOL_DOWN = 30_000
// Decision 15: after a fetch that failed, a probe at least this often.
const FAILURE_COOL_DOWN = 5_000

/** No I/O until a key is needed. Rejects as `fetchDocument` does. */
export function createKeys(jwksUri: string, connection: Connection): Keys {
  const { now, provider } = connection
  let latest: KeySet | undefined
  let flight: Promise<KeySet> | undefined
  let fetchedForLogoutToken = Number.NEGATIVE_INFINITY

  const fetchKeys = async (): Promise<KeySet> => {
    try {
      latest = { verify: await fetchVerifier(jwksUri, connection), fetchedAt: now() }
      return latest
    } finally {
      flight = undefined
    }
  }

  // By its amount: a clock that was set back must not keep keys in use that may have been withdrawn.
  const known = (): KeySet | undefined =>
    latest !== undefined && Math.abs(now() - latest.fetchedAt) < MAX_AGE ? latest : undefined

  return {
    known,
    async newerThan(unfit, reason) {
      const current = known()
      if (current !== undefined && current !== unfit) return current
      if (reason === 'logout_token') {
        const coolDown = current === undefined ? FAILURE_COOL_DOWN : LOGOUT_TOKEN_COOL_DOWN
        // By its amount: a clock that was set back must not keep logout tokens out.
        const isTooSoon = Math.abs(now() - fetchedForLogoutToken) < coolDown
        if (isTooSoon) return flight ?? current ?? Promise.reject(tooSoon(provider))
        fetchedForLogoutToken = now()
      }
      flight ??= fetchKeys()
      return flight
    },
  }
}

function tooSoon({ id }: Connection['provider']): GatewayError {
  return new GatewayError('provider_unavailable', { provider: id, retryAfter: FAILURE_COOL_DOWN / 1000 })
}

const ADDRESS = { name: 'The jwks_uri of its metadata', remedy: 'Its operator has to mend it.' } as const

async function fetchVerifier(url: string, connection: Connection): Promise<KeySet['verify']> {
  const [jose, { keys }] = await Promise.all([loadJose(), fetchDocument(url, ADDRESS, connection)])
  if (!Array.isArray(keys)) throw unavailable(connection.provider, `${ADDRESS.name} does not hold a key set.`)
  const keySet = jose.createLocalJWKSet({ keys: keys.filter(isJsonObject).flatMap(publicKey) })
  return (jwt, algorithm) => jose.compactVerify(jwt, keySet, { algorithms: [algorithm] })
}

// What makes a public key. Certificates and their addresses are left behind, private and symmetric parts too.
const MEMBERS = ['kid', 'use', 'alg', 'n', 'e', 'crv', 'x', 'y'] as const

function publicKey(jwk: JsonObject): readonly JWK[] {
  const { kty } = jwk
  if (typeof kty !== 'string') return []
  const members = MEMBERS.filter((name) => typeof jwk[name] === 'string').map((name) => [name, jwk[name]])
  return [{ kty, ...Object.fromEntries(members) }]
}
