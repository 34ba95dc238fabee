import { randomInt } from 'node:crypto'
import type { PutCondition, Store } from '@postern/core'
import { borrowConnection, openConnection } from './connection.ts'
import { createIndexEntries } from './index-entries.ts'
import { createKeys } from './keys.ts'
import { EXTEND, LEASE, RELEASE } from './lease-scripts.ts'
import { createOperator } from './operation.ts'
import { checkOptions, type RedisStoreOptions } from './options.ts'
import { decodeHeader, decodeRecord, encodeRecord } from './record.ts'
import { DELETE, PUT, TAKE } from './record-scripts.ts'
import type { Run } from './script.ts'

// Drawn, not counted: so versions never come back, though nothing outlives the record.
const MAX_VERSION = 2 ** 48 - 1

/**
 * Keeps sessions in Redis 7 or Valkey: on one server, in a cluster, or behind Sentinel. What happens to a record is
 * one step on one slot, every key has a time to live, and only the server's clock counts.
 *
 * With `url` it begins to connect at once, and goes on trying while the server is away: the application starts
 * without it. Throws `config_invalid` for options that are not valid.
 */
export function redisStore(options: RedisStoreOptions): Store {
  const { prefix = 'postern', commandTimeout = 2 } = options
  checkOptions(options, prefix, commandTimeout)
  const timeout = commandTimeout * 1000
  const connection =
    options.client === undefined ? openConnection(options.url, timeout) : borrowConnection(options.client)
  const { operate, insist, retire } = createOperator(connection, timeout)
  const keys = createKeys(prefix)
  const entries = createIndexEntries(keys)

  /** Removes the index entries of a record that is no longer there, if there was one. */
  const forget = async (run: Run, key: string, header: unknown): Promise<void> => {
    if (header !== null && header !== undefined) await entries.remove(run, key, decodeHeader(String(header)))
  }

  /** Keys and arguments by which `PUT` finds out whether a condition holds. */
  const requirementsOf = (key: string, condition: PutCondition): readonly [string[], (string | number)[]] => {
    switch (condition.type) {
      case 'absent':
        return [[], ['', '']]
      case 'version':
        return [[], [condition.version, '']]
      case 'lease':
        return [[keys.fence(key, condition.lease.name)], [condition.version, condition.lease.fence]]
    }
  }

  const leaseKeys = (key: string, name: string): readonly string[] => [
    keys.lease(key, name),
    keys.fence(key, name),
    keys.record(key),
  ]

  return {
    get: (key) =>
      insist(async ({ get }) => {
        const text = await get(keys.record(key))
        return text === null ? undefined : decodeRecord(String(text))
      }),

    async put(key, { value, expiresIn, indexes }, condition) {
      const milliseconds = wholeMilliseconds(expiresIn)
      const isLive = milliseconds > 0
      const header = { version: randomInt(1, MAX_VERSION), indexes: isLive ? indexes : [] }
      const [fences, requirements] = requirementsOf(key, condition)
      // Twice does no harm: finding its own version there, the second has not lost.
      return insist(async ({ run }) => {
        await entries.add(run, key, header, milliseconds)
        const args = [...requirements, header.version, encodeRecord(header, value), milliseconds]
        // The script answers with a list.
        const [holds, replaced] = (await run(PUT, [keys.record(key), ...fences], args)) as readonly unknown[]
        if (Number(holds) !== 1) {
          await entries.remove(run, key, header)
          return { stored: false }
        }
        await forget(run, key, replaced)
        return isLive ? { stored: true, version: header.version } : { stored: false }
      })
    },

    take: (key) =>
      operate(async ({ run }) => {
        const text = await run(TAKE, [keys.record(key)], [])
        if (text === null) return undefined
        await forget(run, key, text)
        return decodeRecord(String(text))
      }),

    delete: (key) =>
      operate(async ({ run }) => {
        const header = await run(DELETE, [keys.record(key)], [])
        if (header === null) return false
        await forget(run, key, header)
        return true
      }),

    async lease(key, name, milliseconds) {
      const lifetime = wholeMilliseconds(milliseconds)
      if (lifetime <= 0) return undefined
      return operate(async ({ run }) => {
        const fence = await run(LEASE, leaseKeys(key, name), [lifetime])
        return fence === null ? undefined : { name, fence: Number(fence) }
      })
    },

    async extend(key, { name, fence }, milliseconds) {
      const lifetime = wholeMilliseconds(milliseconds)
      return operate(async ({ run }) => Number(await run(EXTEND, leaseKeys(key, name), [fence, lifetime])) === 1)
    },

    release: (key, { name, fence }) =>
      operate(async ({ run }) => {
        await run(RELEASE, [keys.lease(key, name)], [fence])
      }),

    keysOf: (index) => insist(({ run }) => entries.keysOf(run, index)),

    async close() {
      await connection.close()
      retire()
    },
  }
}

/** Redis counts whole ones. What has no end is a mistake of the caller, and must not become a key without one. */
function wholeMilliseconds(milliseconds: number): number {
  if (!Number.isFinite(milliseconds)) throw new RangeError('A lifetime must be a finite number of milliseconds.')
  return Math.ceil(milliseconds)
}
