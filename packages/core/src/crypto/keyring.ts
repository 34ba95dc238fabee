import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** What a key is for. Keys of different purposes are unrelated, so nothing sealed for one opens as another. */
export type Purpose = 'session' | 'transaction' | 'handle' | 'summary' | 'online-token' | 'revocation' | 'sign-out'

export interface SealingKey {
  /** Public name of the key, derived from the secret. 8 characters of base64url. */
  readonly id: string
  readonly key: KeyObject
}

export interface Keyring {
  /** The key of the newest secret: it seals. */
  readonly current: SealingKey
  /** The key of that name. All of them open. */
  find(id: string): SealingKey | undefined
}

const KEY_BYTES = 32
const ID_BYTES = 6

/**
 * Keys for one purpose, one for each secret. Derived once, at start-up: HKDF costs more than opening a cookie.
 *
 * @param secrets newest first, at least one
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function createKeyring(secrets: readonly [string, ...string[]], purpose: Purpose): Keyring {
  const [newest, ...older] = secrets
  const current = deriveKey(newest, purpose)
  const keys = new Map([...older.map((secret) => deriveKey(secret, purpose)), current].map((key) => [key.id, key]))
  return { current, find: (id) => keys.get(id) }
}

function deriveKey(secret: string, purpose: Purpose): SealingKey {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', `postern/v1/${purpose}`, KEY_BYTES + ID_BYTES))
  return {
    id: bytes.toString('base64url', KEY_BYTES),
    key: createSecretKey(bytes.subarray(0, KEY_BYTES)),
  }
}
