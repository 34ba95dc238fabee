import { constants, createHmac, type KeyObject, sign } from 'node:crypto'
import type { KeyAlgorithm } from './key.ts'

/** What a token is signed with. Nothing here asks whether the header says the same. */
export type Signer =
  | { readonly type: 'nothing' }
  | { readonly type: 'hs256'; readonly secret: string }
  | { readonly type: 'key'; readonly algorithm: KeyAlgorithm; readonly key: KeyObject }

/**
 * A JWS in compact form. A JOSE library would refuse most of what a misbehaving provider sends, so the three
 * parts are put together here.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-7.1
 */
export function signToken(
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
  signer: Signer,
): string {
  const content = `${encode(header)}.${encode(claims)}`
  return `${content}.${signature(content, signer).toString('base64url')}`
}

function encode(part: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function signature(content: string, signer: Signer): Buffer {
  if (signer.type === 'nothing') return Buffer.alloc(0)
  if (signer.type === 'hs256') return createHmac('sha256', signer.secret).update(content).digest()
  const { key, algorithm } = signer
  const data = Buffer.from(content)
  switch (algorithm) {
    case 'RS256':
      return sign('sha256', data, { key, padding: constants.RSA_PKCS1_PADDING })
    case 'PS256':
      return sign('sha256', data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })
    case 'ES256':
      return sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' })
    case 'EdDSA':
      return sign(null, data, key)
  }
}
