import { createSecretKey, hash, hkdfSync, type KeyObject } from 'node:crypto'

/** What a key is for. Keys of different purposes are unrelated, so nothing sealed for one opens as another. */
export type Purpose = 'session' | 'transaction' | 'handle' | 'summary' | 'online-token' | 'revocation' | 'sign-out'

export interface SealingKey {
  /** Public name of the key, derived from the secret. In base64url. */
  readonly id: string
  readonly key: KeyObject
  /**
   * A keyed digest of a text: 72 bits of it, in base64url. It tells what was made up at a tenth of what opening
   * costs, and vouches for nothing.
   */
  readonly stamp: (text: string) => string
}

export interface Keyring {
  /** The key of the newest secret: it seals. */
  readonly current: SealingKey
  /** The key of that name. All of them open. */
  find(id: string): SealingKey | undefined
}

const KEY_BYTES = 32
const ID_BYTES = 6
const ID_END = KEY_BYTES + ID_BYTES
/** How long the id of a key is. */
export const KEY_ID_CHARACTERS = 8
/** How long a stamp is. */
export const STAMP_CHARACTERS = 12

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
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', `postern/v1/${purpose}`, ID_END + KEY_BYTES))
  const stampKey = bytes.toString('base64url', ID_END)
  return {
    id: bytes.toString('base64url', KEY_BYTES, ID_END),
    key: createSecretKey(bytes.subarray(0, KEY_BYTES)),
    // The key first is enough of a construction here: what is cut off of the digest cannot be continued from.
    stamp: (text) => hash('sha256', stampKey + text, 'base64url').slice(0, STAMP_CHARACTERS),
  }
}
