import { packText, unpackText } from '../store/packed-text.ts'
import { type ListedParticulars, listParticulars, type Particulars, readParticulars } from './particulars.ts'
import { type ListedPrivatePart, listPrivatePart, readPrivatePart } from './private-part.ts'
import type { Session } from './session.ts'

// The first octet.
const FORMAT = 3

/** The session in as few octets as it takes, to be sealed: most of it are tokens, which are base64url mostly. */
export function encodeSession(session: Session): Buffer {
  return encode([listParticulars(session), listPrivatePart(session)])
}

/**
 * Reads what `encodeSession` wrote. The seal vouches for the shape, so only the format is looked at: `undefined` for a
 * session of another, whose user signs in again.
 */
export function decodeSession(octets: Buffer): Session | undefined {
  // It comes out of our own seal.
  const parts = decode(octets) as readonly [ListedParticulars, ListedPrivatePart] | undefined
  return parts && Object.freeze(readPrivatePart(parts[1], readParticulars(parts[0])))
}

/** The session without its particulars: for where those are kept beside it. */
export function encodePrivatePart(session: Session): Buffer {
  return encode(listPrivatePart(session))
}

/** Undoes `encodePrivatePart`. `undefined` as of `decodeSession`. */
export function decodePrivatePart(octets: Buffer, particulars: Particulars): Session | undefined {
  // It comes out of our own seal.
  const listed = decode(octets) as ListedPrivatePart | undefined
  return listed && readPrivatePart(listed, particulars)
}

function encode(content: unknown): Buffer {
  return Buffer.concat([Buffer.of(FORMAT), packText(JSON.stringify(content))])
}

function decode(octets: Buffer): unknown {
  return octets[0] === FORMAT ? JSON.parse(unpackText(octets, 1, octets.length)) : undefined
}
