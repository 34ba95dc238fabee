import { keyLength, keyOf, keyStart } from './packed-record.ts'

/**
 * Packed records by their keys, in open addressing with linear probing: a reference for each record, and no key, which is
 * in the record. A `Map` would take five times that, and ten when records that come and go have left their gaps in it.
 */
export interface RecordTable {
  readonly size: number
  /** How many records would fit: whoever walks through the table passes as many places. */
  readonly capacity: number
  find(key: string): string | undefined
  /** Records of all keys with this digest. */
  findAll(digest: number): readonly string[]
  /** Puts a record under its key, in place of the one that is there. */
  put(record: string): void
  remove(key: string): void
  /** All records; each may be removed when it comes, and others may then come twice or in the next round. */
  entries(): Generator<readonly [key: string, record: string]>
}

const SMALLEST = 64
const GROWTH = 1.5
const FULLEST = 0.8
const EMPTIEST = 0.25
const SHRINKAGE = 0.5

export function createRecordTable(): RecordTable {
  let slots = emptySlots(SMALLEST)
  let size = 0

  const next = (slot: number): number => (slot + 1 === slots.length ? 0 : slot + 1)

  const home = (record: string): number => {
    const start = keyStart(record)
    return digestOfKey(record, start, start + keyLength(record)) % slots.length
  }

  /** The slot that holds the key, or the free one where it would go. */
  const slotOf = (key: string): number => {
    let slot = digestOfKey(key) % slots.length
    for (let record = slots[slot]; record !== undefined && !hasKey(record, key); record = slots[slot]) slot = next(slot)
    return slot
  }

  const resize = (factor: number): void => {
    const records = slots
    slots = emptySlots(Math.ceil(records.length * factor))
    for (const record of records) {
      if (record === undefined) continue
      let slot = home(record)
      while (slots[slot] !== undefined) slot = next(slot)
      slots[slot] = record
    }
  }

  /** Moves what follows a gap into it, until all are where a search that begins at their home finds them. */
  const close = (freed: number): void => {
    let gap = freed
    const distance = (from: number, to: number): number => (to - from + slots.length) % slots.length
    for (let slot = next(gap), record = slots[slot]; record !== undefined; slot = next(slot), record = slots[slot]) {
      if (distance(home(record), slot) < distance(gap, slot)) continue
      slots[gap] = record
      gap = slot
    }
    slots[gap] = undefined
  }

  return {
    get size() {
      return size
    },
    get capacity() {
      return slots.length
    },
    find: (key) => slots[slotOf(key)],
    findAll(digest) {
      const found: string[] = []
      let slot = digest % slots.length
      for (let record = slots[slot]; record !== undefined; record = slots[slot]) {
        if (digestOfKey(keyOf(record)) === digest) found.push(record)
        slot = next(slot)
      }
      return found
    },
    put(record) {
      const slot = slotOf(keyOf(record))
      if (slots[slot] === undefined) size += 1
      slots[slot] = record
      if (size > slots.length * FULLEST) resize(GROWTH)
    },
    remove(key) {
      const slot = slotOf(key)
      if (slots[slot] === undefined) return
      size -= 1
      close(slot)
      if (slots.length > SMALLEST && size < slots.length * EMPTIEST) resize(SHRINKAGE)
    },
    *entries() {
      for (let slot = 0; slot < slots.length; ) {
        const record = slots[slot]
        if (record !== undefined) yield [keyOf(record), record]
        // Where it was removed, another may have taken its place.
        if (slots[slot] === record) slot += 1
      }
    },
  }
}

/** FNV-1a, cut to the 30 bits that V8 keeps inside of a reference. Keys are digests already: nobody aims at a slot. */
export function digestOfKey(text: string, start = 0, end = text.length): number {
  let digest = 0x811c9dc5
  for (let at = start; at < end; at += 1) digest = Math.imul(digest ^ text.charCodeAt(at), 0x01000193)
  return digest >>> 2
}

function hasKey(record: string, key: string): boolean {
  return keyLength(record) === key.length && record.startsWith(key, keyStart(record))
}

function emptySlots(length: number): (string | undefined)[] {
  return new Array<string | undefined>(length).fill(undefined)
}
