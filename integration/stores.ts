import { randomUUID } from 'node:crypto'
import { memoryStore, type Store } from '@postern/core'
import { redisStore } from '@postern/redis'
import { createClient } from 'redis'
import { afterAll, beforeAll, onTestFinished, TestRunner } from 'vitest'
import { anyRedis, type Redis } from './redis-server.ts'

/** The stores every row about stored sessions is asked of. */
export const STORES = ['memory', 'redis'] as const

export interface Stores {
  /** A store for one test, empty. Redis: with the prefix of another, it is the same store seen by another process. */
  open(kind: (typeof STORES)[number], options?: { readonly now?: () => number; readonly prefix?: string }): Store
  readonly redisUrl: string
  /** Everything Redis holds under a prefix, keys and values, as a thief of a dump would read it. */
  dump(prefix: string): Promise<string>
  newPrefix(): string
}

/** Makes stores for the tests of one file. */
export function useStores(): Stores {
  const family = `rows-${randomUUID()}`
  let redis: Redis | undefined
  let absence: unknown
  let count = 0
  const newPrefix = (): string => {
    count += 1
    return `${family}.${count}`
  }
  beforeAll(async () => {
    redis = await anyRedis().catch((error: unknown) => {
      if (process.env['CI'] !== undefined) throw error
      absence = error
      return undefined
    })
  })
  afterAll(() => redis?.finish(family))
  const reach = (): Redis => {
    if (redis !== undefined) return redis
    TestRunner.getCurrentTest()?.context.skip(String(absence))
    throw absence
  }
  return {
    open(kind, { now = Date.now, prefix = newPrefix() } = {}) {
      const store = kind === 'memory' ? memoryStore({ now }) : redisStore({ url: reach().url, prefix })
      onTestFinished(() => store.close())
      return store
    },
    get redisUrl() {
      return reach().url
    },
    dump: (prefix) => dump(reach().url, prefix),
    newPrefix,
  }
}

async function dump(url: string, prefix: string): Promise<string> {
  const client = await createClient({ url }).connect()
  const lines: string[] = []
  for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) {
    for (const key of keys) lines.push(`${key} ${await client.dump(key)}`)
  }
  await client.close()
  return lines.join('\n')
}
