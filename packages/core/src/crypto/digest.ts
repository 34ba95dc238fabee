import { hash } from 'node:crypto'

/**
 * Code challenge of a verifier, method S256.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2
 */
export function s256(codeVerifier: string): string {
  return hash('sha256', codeVerifier, 'base64url')
}

/** A short name for a value that must not be shown itself. */
export function fingerprint(value: string): string {
  return hash('sha256', value, 'base64url').slice(0, 16)
}

/**
 * 128 bits of a digest, in 22 characters: nobody finds another value for it, and a store that keeps a hundred thousand of
 * them keeps half.
 */
export function shortDigest(value: string): string {
  return hash('sha256', value, 'buffer').toString('base64url', 0, 16)
}
