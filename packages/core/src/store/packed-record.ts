import { hash } from 'node:crypto'
import { packText, unpackText } from './packed-text.ts'

/** What the memory store keeps of a record. */
export interface MemoryRecord {
  readonly key: string
  readonly value: string
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** Digests of the names it stands under. */
  readonly names: readonly string[]
}

// Expiry and version in 48 bits each, how many names there are in 16, the length of the key in 32; then the names, the
// key and the value.
const NUMBER_OCTETS = 6
const VERSION_AT = NUMBER_OCTETS
const COUNT_AT = 2 * NUMBER_OCTETS
const COUNT_OCTETS = 2
const LENGTH_AT = COUNT_AT + COUNT_OCTETS
const LENGTH_OCTETS = 4
const NAMES_AT = LENGTH_AT + LENGTH_OCTETS
const NAME_OCTETS = 16

/**
 * A record as one string, of which every character is an octet unless its key has others: what V8 keeps smallest. An
 * object with these fields would cost as much again as packing saves on an index name, and a key beside it twice that.
 */
export function packRecord({ key, value, version, expiresAt, names }: MemoryRecord): string {
  const head = Buffer.alloc(NAMES_AT)
  head.writeUIntBE(expiresAt, 0, NUMBER_OCTETS)
  head.writeUIntBE(version, VERSION_AT, NUMBER_OCTETS)
  head.writeUIntBE(names.length, COUNT_AT, COUNT_OCTETS)
  head.writeUIntBE(key.length, LENGTH_AT, LENGTH_OCTETS)
  return flat(head.toString('latin1') + names.join('') + key + packText(value).toString('latin1'))
}

export function expiryOf(packed: string): number {
  return numberAt(packed, 0, NUMBER_OCTETS)
}

export function versionOf(packed: string): number {
  return numberAt(packed, VERSION_AT, NUMBER_OCTETS)
}

/** Where the key begins. */
export function keyStart(packed: string): number {
  return NAMES_AT + numberAt(packed, COUNT_AT, COUNT_OCTETS) * NAME_OCTETS
}

export function keyLength(packed: string): number {
  return numberAt(packed, LENGTH_AT, LENGTH_OCTETS)
}

export function keyOf(packed: string): string {
  const start = keyStart(packed)
  return packed.slice(start, start + keyLength(packed))
}

export function namesOf(packed: string): readonly string[] {
  const count = numberAt(packed, COUNT_AT, COUNT_OCTETS)
  return Array.from({ length: count }, (_, index) => {
    const start = NAMES_AT + index * NAME_OCTETS
    return packed.slice(start, start + NAME_OCTETS)
  })
}

export function contentOf(packed: string): string {
  const octets = Buffer.from(packed.slice(keyStart(packed) + keyLength(packed)), 'latin1')
  return unpackText(octets, 0, octets.length)
}

/** A name as a record keeps it: 128 bits of a digest, one in each character. */
export function digestOfName(name: string): string {
  return hash('sha256', name, 'buffer').toString('latin1', 0, NAME_OCTETS)
}

function numberAt(packed: string, start: number, octets: number): number {
  let number = 0
  for (let at = start; at < start + octets; at += 1) number = number * 256 + packed.charCodeAt(at)
  return number
}

const WIDE_CHARACTER = /[^\0-\xff]/

/** What was put together of strings keeps all of them; what comes out of a buffer is one. */
function flat(text: string): string {
  return WIDE_CHARACTER.test(text) ? text : Buffer.from(text, 'latin1').toString('latin1')
}
