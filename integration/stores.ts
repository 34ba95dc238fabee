import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { memoryStore, type Store } from '@postern/core'
import { redisStore } from '@postern/redis'
import { createClient } from 'redis'
import { afterAll, beforeAll, onTestFinished } from 'vitest'

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

const DEFAULT_URL = 'redis://127.0.0.1:6379'

/** Makes stores for the tests of one file. */
export function useStores(): Stores {
  const family = `rows-${randomUUID()}`
  let redis: { readonly url: string; stop(): void }
  let count = 0
  const newPrefix = (): string => `${family}.${++count}`
  beforeAll(async () => {
    redis = await anyRedis()
  })
  afterAll(async () => {
    for (const keys of await scan(redis.url, family)) await withClient(redis.url, (client) => client.unlink(keys))
    redis.stop()
  })
  return {
    open(kind, { now = Date.now, prefix = newPrefix() } = {}) {
      const store = kind === 'memory' ? memoryStore({ now }) : redisStore({ url: redis.url, prefix })
      onTestFinished(() => store.close())
      return store
    },
    get redisUrl() {
      return redis.url
    },
    async dump(prefix) {
      const keys = (await scan(redis.url, prefix)).flat()
      return withClient(redis.url, async (client) => {
        const contents = await Promise.all(keys.map((key) => contentOf(client, key)))
        return keys.map((key, index) => `${key} ${contents[index]}`).join('\n')
      })
    },
    newPrefix,
  }
}

type Client = Awaited<ReturnType<typeof connected>>

async function contentOf(client: Client, key: string): Promise<string> {
  switch (await client.type(key)) {
    case 'string':
      return String(await client.get(key))
    case 'zset':
      return (await client.zRange(key, 0, -1)).join(' ')
    case 'set':
      return (await client.sMembers(key)).join(' ')
    default:
      return JSON.stringify(await client.hGetAll(key))
  }
}

async function scan(url: string, prefix: string): Promise<readonly string[][]> {
  return withClient(url, async (client) => {
    const found: string[][] = []
    for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) {
      if (keys.length > 0) found.push(keys)
    }
    return found
  })
}

async function withClient<Result>(url: string, use: (client: Client) => Promise<Result>): Promise<Result> {
  const client = await connected(url)
  try {
    return await use(client)
  } finally {
    client.destroy()
  }
}

async function connected(url: string) {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 1_000 } })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** `REDIS_URL`, or the one on its usual port, or one that is started for this file. */
async function anyRedis(): Promise<{ readonly url: string; stop(): void }> {
  const given = process.env['REDIS_URL'] ?? DEFAULT_URL
  if (await answers(given)) return { url: given, stop: () => undefined }
  const port = await freePort()
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], { stdio: 'ignore' })
  process.once('exit', () => child.kill('SIGKILL'))
  const url = `redis://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 250; attempt += 1) {
    if (await answers(url)) return { url, stop: () => void child.kill('SIGKILL') }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('No Redis answers, and redis-server cannot be started. Install it, or set REDIS_URL.')
}

async function answers(url: string): Promise<boolean> {
  try {
    await withClient(url, (client) => client.ping())
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // A TCP server has an address object; only pipes have a string.
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
