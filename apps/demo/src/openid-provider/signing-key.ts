import { generateKeyPair, type JsonWebKey } from 'node:crypto'
import { promisify } from 'node:util'

/** A private key for RS256, which every OpenID Provider offers: OpenID Connect Core section 15.1. */
export async function createSigningKey(): Promise<JsonWebKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', kid: 'demo' }
}
