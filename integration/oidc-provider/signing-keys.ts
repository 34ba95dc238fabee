import { randomUUID } from 'node:crypto'
import { exportJWK, exportPKCS8, generateKeyPair, type JWK } from 'jose'

/** Algorithms of ID tokens and of client assertions that both sides know. */
export type Algorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'

export const ALGORITHMS: readonly Algorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA']

/** Private keys for everything in `ALGORITHMS`: one RSA key serves two of them. */
export async function createSigningKeys(kidOf: (type: string) => string = () => randomUUID()): Promise<readonly JWK[]> {
  return Promise.all((['RS256', 'ES256', 'EdDSA'] as const).map((algorithm) => createKey(algorithm, kidOf)))
}

async function createKey(algorithm: Algorithm, kidOf: (type: string) => string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  return { ...(await exportJWK(privateKey)), kid: kidOf(algorithm), use: 'sig' }
}

/** How a client proves itself with `private_key_jwt`: what it keeps, and what it registers. */
export interface ClientKey {
  /** PKCS #8 PEM. */
  readonly privateKey: string
  readonly keyId: string
  readonly publicJwk: JWK
}

export async function createClientKey(algorithm: Algorithm): Promise<ClientKey> {
  const pair = await generateKeyPair(algorithm, { extractable: true })
  const keyId = randomUUID()
  return {
    keyId,
    privateKey: await exportPKCS8(pair.privateKey),
    publicJwk: { ...(await exportJWK(pair.publicKey)), kid: keyId, use: 'sig', alg: algorithm },
  }
}
