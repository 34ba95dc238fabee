import { generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'

/** How a provider signs its ID tokens. */
export type Algorithm = 'RS256' | 'ES256'

export interface Signer {
  readonly jwk: JsonWebKey
  /** Signs claims. As dear as a sign-in of a peer, so it is done before anything is measured. */
  sign(claims: object): string
}

/** A key made for this run. */
export function createSigner(algorithm: Algorithm): Signer {
  const { publicKey, privateKey } =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = `bench-${algorithm}`
  const head = base64url({ alg: algorithm, typ: 'JWT', kid })
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' },
    sign(claims) {
      const input = `${head}.${base64url(claims)}`
      const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      return `${input}.${signature.toString('base64url')}`
    },
  }
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
