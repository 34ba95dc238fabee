import { generateKeyPair, type KeyObject, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'jose'

/** Algorithms a scripted provider signs with. */
export type KeyAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'

export interface SigningKey {
  readonly kid: string
  readonly algorithm: KeyAlgorithm
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export interface Keys {
  /** The key that signs now. Made at the first call. */
  active(algorithm: KeyAlgorithm): Promise<SigningKey>
  /** A key that is in no key set. */
  unpublished(algorithm: KeyAlgorithm): Promise<SigningKey>
  /** Public keys, newest first. */
  published(): readonly JWK[]
  /** From now on new keys sign. `drop-old` takes the former ones out of the key set. */
  rotate(old?: 'keep-old' | 'drop-old'): Promise<void>
}

/** Signing keys by algorithm. */
export function createKeys(): Keys {
  let current = new Map<KeyAlgorithm, Promise<SigningKey>>()
  const hidden = new Map<KeyAlgorithm, Promise<SigningKey>>()
  let keySet: readonly SigningKey[] = []

  const publish = async (algorithm: KeyAlgorithm): Promise<SigningKey> => {
    const key = await makeKey(algorithm)
    keySet = [key, ...keySet]
    return key
  }
  return {
    active: (algorithm) => remember(current, algorithm, publish),
    unpublished: (algorithm) => remember(hidden, algorithm, makeKey),
    published: () => keySet.map(publicJwk),
    async rotate(old = 'keep-old') {
      const algorithms = [...current.keys()]
      current = new Map()
      if (old === 'drop-old') keySet = []
      for (const algorithm of algorithms) await remember(current, algorithm, publish)
    },
  }
}

/** One flight per algorithm: two requests at once must not make two active keys. */
function remember(
  keys: Map<KeyAlgorithm, Promise<SigningKey>>,
  algorithm: KeyAlgorithm,
  make: (algorithm: KeyAlgorithm) => Promise<SigningKey>,
): Promise<SigningKey> {
  const known = keys.get(algorithm)
  if (known !== undefined) return known
  const made = make(algorithm)
  keys.set(algorithm, made)
  return made
}

async function makeKey(algorithm: KeyAlgorithm): Promise<SigningKey> {
  return { kid: randomUUID(), algorithm, ...(await makePair(algorithm)) }
}

function makePair(algorithm: KeyAlgorithm): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  const generate = promisify(generateKeyPair)
  switch (algorithm) {
    case 'RS256':
    case 'PS256':
      return generate('rsa', { modulusLength: 2048 })
    case 'ES256':
      return generate('ec', { namedCurve: 'P-256' })
    case 'EdDSA':
      return generate('ed25519')
  }
}

function publicJwk({ kid, algorithm, publicKey }: SigningKey): JWK {
  return { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' }
}
