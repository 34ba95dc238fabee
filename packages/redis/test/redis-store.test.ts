import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { sharedStoreContract, storeContract } from '@postern/testing'
import { createClient, RESP_TYPES } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisStore } from '../src/index.ts'
import { anyRedis, deleteKeys } from './redis-server.ts'

const prefix = `test-${randomUUID()}`
let redis: Awaited<ReturnType<typeof anyRedis>>
const makeStore = () => redisStore({ url: redis.url, prefix })

beforeAll(async () => {
  redis = await anyRedis()
})

afterAll(async () => {
  await deleteKeys(redis.url, prefix)
  await redis.stop()
})

describe('the store contract, on one server', () => {
  it.each(storeContract)('$name', ({ run }) => run(makeStore))
})

describe('the store contract, on one server that processes share', () => {
  // Each starts processes, which takes long on a busy machine.
  it.each(sharedStoreContract)('$name', { timeout: 60_000 }, ({ run }) => {
    const url = new URL('./store-module.ts', import.meta.url)
    return run({ url, setting: JSON.stringify({ url: redis.url, prefix }), execArgv: ['--conditions=source'] })
  })
})

describe('the store contract, with a client that answers with buffers, in the older protocol, and has a prefix', () => {
  let client: ReturnType<typeof connect>
  const connect = () =>
    createClient({ url: redis.url, RESP: 2, keyPrefix: `${prefix}:` }).withTypeMapping({
      [RESP_TYPES.BLOB_STRING]: Buffer,
    })

  beforeAll(async () => {
    client = connect()
    await client.connect()
    expect(await client.echo('text')).toEqual(Buffer.from('text'))
  })
  afterAll(() => client.close())

  it.each(storeContract)('$name', ({ run }) => run(() => redisStore({ client })))
})

describe('what it leaves in Redis', () => {
  it('has a time to live, every key, indexes and fences included', async () => {
    const own = `${prefix}.ttl`
    const store = redisStore({ url: redis.url, prefix: own })
    const lifetimes = [50, 60_000, 86_400_000]
    for (const expiresIn of lifetimes) {
      const key = `key-${expiresIn}`
      const put = await store.put(key, { value: 'value', expiresIn, indexes: ['a', 'b'] }, { type: 'absent' })
      const lease = await store.lease(key, 'refresh', 30_000)
      if (put.stored && lease !== undefined)
        await store.put(key, { value: '2', expiresIn, indexes: ['b'] }, { type: 'lease', version: put.version, lease })
      if (lease !== undefined) await store.extend(key, lease, 40_000)
    }
    await store.keysOf('a')
    await store.close()
    const ttls = await timesToLive(redis.url, own)
    expect(Object.keys(ttls).length).toBeGreaterThanOrEqual(9)
    for (const [key, ttl] of Object.entries(ttls)) expect(ttl, key).toBeGreaterThan(0)
  })

  it('remembers a fence for longer than its lease, and than the record', async () => {
    const own = `${prefix}.fence`
    const store = redisStore({ url: redis.url, prefix: own })
    await store.put('key', { value: 'value', expiresIn: 500_000, indexes: [] }, { type: 'absent' })
    await store.lease('key', 'short', 1_000)
    await store.lease('key', 'long', 900_000)
    await store.close()
    const ttls = await timesToLive(redis.url, own)
    expect(ttls[`${own}:{key}:f:short`]).toBeGreaterThan(500_000)
    expect(ttls[`${own}:{key}:f:long`]).toBeGreaterThan(900_000)
  })

  it('is gone from the indexes once the record is', async () => {
    const own = `${prefix}.gone`
    const store = redisStore({ url: redis.url, prefix: own })
    for (const end of [() => store.delete('key'), () => store.take('key')]) {
      await store.put('key', { value: 'value', expiresIn: 60_000, indexes: ['a', 'b'] }, { type: 'absent' })
      await end()
    }
    await store.close()
    expect(await timesToLive(redis.url, own)).toEqual({})
  })
})

describe('two stores with different prefixes', () => {
  it('do not see each other', async () => {
    const [one, other] = [
      redisStore({ url: redis.url, prefix: `${prefix}.1` }),
      redisStore({ url: redis.url, prefix: `${prefix}.2` }),
    ]
    await one.put('key', { value: 'value', expiresIn: 60_000, indexes: ['index'] }, { type: 'absent' })
    expect(await other.get('key')).toBeUndefined()
    expect(await other.keysOf('index')).toEqual([])
    await Promise.all([one.close(), other.close()])
  })
})

describe('a store that is closed', () => {
  it('lets the process end, at whatever moment that is', async () => {
    const script = fileURLToPath(new URL('./close-at-once.ts', import.meta.url))
    const run = promisify(execFile)(process.execPath, ['--conditions=source', script, redis.url], { timeout: 15_000 })
    expect((await run).stdout).toBe('closed\n')
  })
})

describe('a client of the application', () => {
  it('is used, and left open', async () => {
    const client = await createClient({ url: redis.url }).connect()
    const store = redisStore({ client, prefix })
    await store.put('borrowed', { value: 'value', expiresIn: 60_000, indexes: [] }, { type: 'absent' })
    expect((await store.get('borrowed'))?.value).toBe('value')
    await store.close()
    expect(client.isReady).toBe(true)
    await client.close()
  })

  it('is reported, when nobody connected it', async () => {
    const store = redisStore({ client: createClient({ url: redis.url }), prefix, commandTimeout: 0.2 })
    await expect(store.get('key')).rejects.toMatchObject({
      code: 'store_unavailable',
      advice: 'Redis has a client that was closed, or never connected.',
    })
  })
})

async function timesToLive(url: string, prefix: string): Promise<Readonly<Record<string, number>>> {
  const client = await createClient({ url }).connect()
  const ttls: Record<string, number> = {}
  for await (const keys of client.scanIterator({ MATCH: `${prefix}:*`, COUNT: 1_000 })) {
    for (const key of keys) ttls[key] = await client.pTTL(key)
  }
  await client.close()
  // Gone between the two commands.
  return Object.fromEntries(Object.entries(ttls).filter(([, ttl]) => ttl !== -2))
}
