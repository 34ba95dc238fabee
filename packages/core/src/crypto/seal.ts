import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { withoutStackTrace } from '../error.ts'
import { KEY_ID_CHARACTERS, type Keyring, STAMP_CHARACTERS } from './keyring.ts'
import { createRandomOctets } from './random.ts'

/** What was sealed, and whether the newest key sealed it. */
export interface Opened {
  readonly octets: Buffer
  readonly current: boolean
}

const VERSION = 'v1'
const IV_BYTES = 12
const TAG_BYTES = 16
const STAMP_AT = VERSION.length + 1 + KEY_ID_CHARACTERS + 1
const PAYLOAD_AT = STAMP_AT + STAMP_CHARACTERS

/** Seals something with the newest key, under the name it will be stored as: `v1.<key id>.<stamp><payload>`. */
export function seal(keyring: Keyring, name: string, content: string | Buffer): string {
  const { id, key, stamp } = keyring.current
  const payload = encrypt(key, name, content)
  return `${VERSION}.${id}.${stamp(stamped(name, payload))}${payload}`
}

/** Undoes `seal`. `undefined` for anything else, whatever is wrong with it: a forger learns nothing. */
export function open(keyring: Keyring, name: string, sealed: string): Opened | undefined {
  if (!sealed.startsWith(`${VERSION}.`) || sealed[STAMP_AT - 1] !== '.') return undefined
  const key = keyring.find(sealed.slice(VERSION.length + 1, STAMP_AT - 1))
  if (key === undefined) return undefined
  const payload = sealed.slice(PAYLOAD_AT)
  // Only to be quick with what was made up: who finds a stamp, by the time that this takes, meets the seal.
  if (key.stamp(stamped(name, payload)) !== sealed.slice(STAMP_AT, PAYLOAD_AT)) return undefined
  const octets = decrypt(key.key, name, payload)
  return octets === undefined ? undefined : { octets, current: key === keyring.current }
}

const freshIv = createRandomOctets(IV_BYTES)

/**
 * Encrypts and authenticates something together with `name` (AES-256-GCM): base64url of IV, ciphertext and tag. The
 * random 96-bit IV bounds one key to 2^32 texts (NIST SP 800-38D): what is encrypted is encrypted on change only.
 */
export function encrypt(key: KeyObject, name: string, content: string | Buffer): string {
  const iv = freshIv()
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(associatedData(name))
  // A text takes the cipher longer than its octets do.
  const ciphertext = cipher.update(typeof content === 'string' ? Buffer.from(content) : content)
  return Buffer.concat([iv, ciphertext, cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** Undoes `encrypt`; `undefined` for anything else. */
export function decrypt(key: KeyObject, name: string, encoded: string): Buffer | undefined {
  const payload = Buffer.from(encoded, 'base64url')
  if (payload.length < IV_BYTES + TAG_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, payload.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(associatedData(name))
  decipher.setAuthTag(payload.subarray(-TAG_BYTES))
  const octets = finish(decipher, payload.subarray(IV_BYTES, -TAG_BYTES))
  // Decoding tolerates characters outside the alphabet and unused bits; one content has one sealed form.
  return octets !== undefined && payload.toString('base64url') === encoded ? octets : undefined
}

/** node:crypto says "forged" by throwing. Without a stack trace that costs a forger's request half as much. */
function finish(decipher: ReturnType<typeof createDecipheriv>, ciphertext: Buffer): Buffer | undefined {
  return withoutStackTrace(() => {
    try {
      const octets = decipher.update(ciphertext)
      decipher.final()
      return octets
    } catch {
      return undefined
    }
  })
}

/** With a length, so that no two pairs of name and payload look alike. */
function stamped(name: string, payload: string): string {
  return `${name.length}.${name}${payload}`
}

function associatedData(name: string): Buffer {
  return Buffer.from(`postern.${VERSION}.${name.length}.${name}`)
}
