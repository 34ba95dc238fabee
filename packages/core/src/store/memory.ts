import { GatewayError } from '../error.ts'
import { createKeyIndex } from './key-index.ts'
import { createMemoryLeases } from './memory-lease.ts'
import { contentOf, digestOfName, expiryOf, keyOf, namesOf, packRecord, versionOf } from './packed-record.ts'
import { createRecordTable, digestOfKey } from './record-table.ts'
import type { PutCondition, Store, StoredRecord } from './store.ts'
import { createSweep } from './sweep.ts'

export interface MemoryStoreOptions {
  /**
   * How many records it holds, 200,000 by default. When that many are alive it refuses new ones, and with them new
   * sign-ins, with `store_unavailable`: nobody who is signed in is ever pushed out.
   */
  readonly maxEntries?: number
  /** Milliseconds since the epoch. Default `Date.now`. For tests. */
  readonly now?: () => number
}

// Milliseconds between two searches of a full store from end to end: whoever fills it must not keep it busy too.
const FULL_SWEEP_INTERVAL = 1_000

/**
 * Sessions in the memory of this process: for applications of one process, and for tests. They end when it does. No
 * timer runs: what has expired is never given out, and makes room when something is written.
 *
 * Throws `config_invalid` for options that are not valid.
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  const { maxEntries = 200_000, now = Date.now } = options
  checkOptions(options, maxEntries, now)

  const momentIn = (milliseconds: number): number => {
    if (!Number.isFinite(milliseconds)) throw new RangeError('A lifetime must be a finite number of milliseconds.')
    return Math.ceil(now() + milliseconds)
  }

  const records = createRecordTable()
  const index = createKeyIndex()
  const leases = createMemoryLeases(now, momentIn)
  let lastVersion = 0
  let nextFullSweep = 0

  const isOver = (record: string): boolean => expiryOf(record) <= now()

  const find = (key: string): string | undefined => {
    const record = records.find(key)
    return record === undefined || isOver(record) ? undefined : record
  }

  const list = (record: string): void => {
    const digest = digestOfKey(keyOf(record))
    for (const name of namesOf(record)) index.add(name, digest)
  }

  const remove = (key: string): void => {
    const record = records.find(key)
    if (record === undefined) return
    records.remove(key)
    const digest = digestOfKey(key)
    for (const name of namesOf(record)) index.remove(name, digest)
    // What shares its digest was found by the same entry.
    records.findAll(digest).forEach(list)
  }

  const sweep = createSweep(records, isOver, remove)

  const makeRoom = (): void => {
    sweep()
    if (records.size < maxEntries) return
    if (now() >= nextFullSweep) {
      nextFullSweep = now() + FULL_SWEEP_INTERVAL
      for (const [key, record] of records.entries()) if (isOver(record)) remove(key)
    }
    if (records.size >= maxEntries) throw full(maxEntries)
  }

  const holds = (key: string, condition: PutCondition): boolean => {
    const record = find(key)
    if (condition.type === 'absent') return record === undefined
    if (record === undefined || versionOf(record) !== condition.version) return false
    return condition.type === 'version' || leases.isLatest(key, condition.lease)
  }

  return {
    async get(key) {
      return recordIn(find(key))
    },
    async put(key, { value, expiresIn, indexes }, condition) {
      const expiresAt = momentIn(expiresIn)
      if (!holds(key, condition)) return { stored: false }
      if (expiresIn <= 0) {
        remove(key)
        return { stored: false }
      }
      const version = lastVersion + 1
      const record = packRecord({ key, value, version, expiresAt, names: indexes.map(digestOfName) })
      lastVersion = version
      remove(key)
      makeRoom()
      records.put(record)
      list(record)
      return { stored: true, version }
    },
    async take(key) {
      const record = recordIn(find(key))
      remove(key)
      return record
    },
    async delete(key) {
      const isLive = find(key) !== undefined
      remove(key)
      return isLive
    },
    async lease(key, name, milliseconds) {
      return leases.lease(key, name, milliseconds)
    },
    async extend(key, lease, milliseconds) {
      return leases.extend(key, lease, milliseconds)
    },
    async release(key, lease) {
      leases.release(key, lease)
    },
    async keysOf(name) {
      const digest = digestOfName(name)
      return index
        .candidates(digest)
        .flatMap((key) => records.findAll(key))
        .filter((record) => !isOver(record) && namesOf(record).includes(digest))
        .map(keyOf)
    },
    async close() {
      // It opened nothing.
    },
  }
}

function recordIn(packed: string | undefined): StoredRecord | undefined {
  return packed === undefined ? undefined : new PackedRecord(packed)
}

/** Whoever has read this version before does not unpack it again. */
class PackedRecord implements StoredRecord {
  readonly version: number
  readonly #packed: string

  constructor(packed: string) {
    this.version = versionOf(packed)
    this.#packed = packed
  }

  get value(): string {
    return contentOf(this.#packed)
  }
}

function full(maxEntries: number): GatewayError {
  return new GatewayError('store_unavailable', {
    advice: `The memory store holds as many live records as it may, ${maxEntries}: raise its maxEntries, or move to a store outside of the process.`,
  })
}

function checkOptions(options: MemoryStoreOptions, maxEntries: unknown, now: unknown): void {
  const isCount = typeof maxEntries === 'number' && Number.isInteger(maxEntries) && maxEntries >= 1
  const problems = [
    ...Object.keys(options)
      .filter((name) => name !== 'maxEntries' && name !== 'now')
      .map((name) => `${name} is not an option of memoryStore. Known: maxEntries, now.`),
    ...(isCount ? [] : ['maxEntries must be a whole number of at least 1.']),
    ...(typeof now === 'function' ? [] : ['now must be a function.']),
  ]
  if (problems.length > 0) throw new GatewayError('config_invalid', { advice: problems.join('\n') })
}
