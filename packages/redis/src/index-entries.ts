import type { Keys } from './keys.ts'
import { decodeHeader, type RecordHeader } from './record.ts'
import { HEADER } from './record-scripts.ts'
import { type Run, script } from './script.ts'

/**
 * Indexes live on slots of their own, so no script changes a record and its indexes in one step. An entry is only a
 * hint, then: it is written before the record, names its version, and is removed after it. The record itself says
 * under which names it stands. An entry whose removal failed expires like everything else.
 */
export interface IndexEntries {
  /** Before the record is written. @param milliseconds lifetime of the record */
  add(run: Run, key: string, header: RecordHeader, milliseconds: number): Promise<void>
  /** When the record is gone, or was not written. */
  remove(run: Run, key: string, header: RecordHeader): Promise<void>
  keysOf(run: Run, name: string): Promise<readonly string[]>
}

// Milliseconds that an entry outlives its record: it is written first, and clocks of servers differ.
const MARGIN = 60_000
// Records asked for at once.
const BATCH = 100

const NOW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
`

/** KEYS: index. ARGV: entry, milliseconds. */
const ADD = script(`${NOW}
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return 0
`)

/** KEYS: index. ARGV: entry. */
const REMOVE = script(`return redis.call('ZREM', KEYS[1], ARGV[1])`)

/** KEYS: index. All entries. */
const LIST = script(`${NOW}
  return redis.call('ZRANGE', KEYS[1], 0, -1)
`)

export function createIndexEntries(keys: Keys): IndexEntries {
  const standsUnder = async (run: Run, key: string, name: string): Promise<boolean> => {
    const header = await run(HEADER, [keys.record(key)], [])
    return header !== null && decodeHeader(String(header)).indexes.includes(name)
  }

  return {
    async add(run, key, { version, indexes }, milliseconds) {
      const lifetime = milliseconds + MARGIN
      await Promise.all(indexes.map((name) => run(ADD, [keys.index(name)], [entryOf(version, key), lifetime])))
    },
    async remove(run, key, { version, indexes }) {
      const removals = indexes.map((name) => run(REMOVE, [keys.index(name)], [entryOf(version, key)]))
      // The record is written or gone, and that is what was asked for.
      await Promise.allSettled(removals)
    },
    async keysOf(run, name) {
      // A script that lists answers with a list.
      const entries = (await run(LIST, [keys.index(name)], [])) as readonly unknown[]
      const candidates = [...new Set(entries.map((entry) => keyIn(String(entry))))]
      const found: string[] = []
      for (let start = 0; start < candidates.length; start += BATCH) {
        const batch = candidates.slice(start, start + BATCH)
        const stand = await Promise.all(batch.map((key) => standsUnder(run, key, name)))
        found.push(...batch.filter((_, position) => stand[position]))
      }
      return found
    },
  }
}

/** The version makes it an entry of one put: removing it can never hit that of the next. */
function entryOf(version: number, key: string): string {
  return `${version} ${key}`
}

function keyIn(entry: string): string {
  return entry.slice(entry.indexOf(' ') + 1)
}
