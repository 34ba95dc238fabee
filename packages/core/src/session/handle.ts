import { createSecretKey, hash, type KeyObject } from 'node:crypto'
import { shortDigest } from '../crypto/digest.ts'
import { createRandomOctets } from '../crypto/random.ts'

/**
 * What the browser holds of a stored session. The store sees a digest of the id, and a record encrypted under the
 * secret: a dump of it opens nothing, and names no cookie.
 */
export interface Handle {
  /** Store key. */
  readonly key: string
  /** What the record is encrypted under. */
  readonly secret: KeyObject
  /** Both halves as text, to be sealed into the cookie. */
  readonly text: string
  /** Made from a session that was sealed in a cookie: when it ends, that cookie must not bring it back. */
  readonly adopted: boolean
}

const ID_BYTES = 16
const SECRET_BYTES = 32
const ID_CHARACTERS = 22
const FRESH = 'h'
const ADOPTED = 'a'

const freshId = createRandomOctets(ID_BYTES)
const freshSecret = createRandomOctets(SECRET_BYTES)

/** A handle that nobody can guess. */
export function createHandle(): Handle {
  return handleOf(freshId(), freshSecret(), false)
}

/**
 * The handle of a session that was sealed in a cookie: always the same, so that requests and processes that move
 * it into the store at the same moment move it to one place. Its id was only ever seen inside the seal.
 */
export function handleOfSealed(sessionId: string): Handle {
  const id = Buffer.from(hash('sha256', `postern.handle.id.${sessionId}`, 'hex'), 'hex').subarray(0, ID_BYTES)
  const secret = Buffer.from(hash('sha256', `postern.handle.secret.${sessionId}`, 'hex'), 'hex')
  return handleOf(id, secret, true)
}

/** Reads `text` of a handle, which our own seal vouches for. */
export function parseHandle(text: string): Handle {
  const halves = text.slice(1)
  return handleOf(
    Buffer.from(halves.slice(0, ID_CHARACTERS), 'base64url'),
    Buffer.from(halves.slice(ID_CHARACTERS), 'base64url'),
    text.startsWith(ADOPTED),
  )
}

function handleOf(id: Buffer, secret: Buffer, adopted: boolean): Handle {
  const idText = id.toString('base64url')
  return {
    key: shortDigest(`postern.handle.key.${idText}`),
    secret: createSecretKey(secret),
    text: (adopted ? ADOPTED : FRESH) + idText + secret.toString('base64url'),
    adopted,
  }
}
