import { packText, unpackText } from './packed-text.ts'

/** What the memory store keeps of a record. */
export interface MemoryRecord {
  readonly value: string
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly indexes: readonly string[]
}

// Expiry and version in 48 bits each, then the length of the packed indexes in 32.
const NUMBER_BYTES = 6
const VERSION_AT = NUMBER_BYTES
const LENGTH_AT = 2 * NUMBER_BYTES
const INDEXES_AT = LENGTH_AT + 4

/**
 * A record as one string of which every character is an octet: what V8 keeps smallest. An object with these four
 * fields would cost as much again as packing saves on an index name.
 */
export function packRecord({ value, version, expiresAt, indexes }: MemoryRecord): string {
  const packedIndexes = packText(JSON.stringify(indexes))
  const head = Buffer.alloc(INDEXES_AT)
  head.writeUIntBE(expiresAt, 0, NUMBER_BYTES)
  head.writeUIntBE(version, VERSION_AT, NUMBER_BYTES)
  head.writeUInt32BE(packedIndexes.length, LENGTH_AT)
  return Buffer.concat([head, packedIndexes, packText(value)]).toString('latin1')
}

export function expiryOf(packed: string): number {
  return numberAt(packed, 0)
}

export function versionOf(packed: string): number {
  return numberAt(packed, VERSION_AT)
}

export function contentOf(packed: string): string {
  const octets = Buffer.from(packed, 'latin1')
  return unpackText(octets, endOfIndexes(octets), octets.length)
}

export function indexesOf(packed: string): readonly string[] {
  const octets = Buffer.from(packed, 'latin1')
  // `packRecord` wrote it.
  return JSON.parse(unpackText(octets, INDEXES_AT, endOfIndexes(octets))) as readonly string[]
}

function endOfIndexes(octets: Buffer): number {
  return INDEXES_AT + octets.readUInt32BE(LENGTH_AT)
}

function numberAt(packed: string, start: number): number {
  let number = 0
  for (let at = start; at < start + NUMBER_BYTES; at += 1) number = number * 256 + packed.charCodeAt(at)
  return number
}
