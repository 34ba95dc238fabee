import { setTimeout as wait } from 'node:timers/promises'
import type { Store } from '@postern/core'
import { storeContract } from '@postern/testing'
import { createClient, createSentinel } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisStore } from '../src/index.ts'
import { type RedisSentinels, startSentinels } from './redis-sentinel.ts'

let servers: RedisSentinels
let client: ReturnType<typeof connect>

const connect = () =>
  createSentinel({
    name: servers.name,
    sentinelRootNodes: servers.sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
    // Reads may go to the replica: the store has to see to it that its own do not.
    replicaPoolSize: 1,
  })

beforeAll(async () => {
  servers = await startSentinels()
  client = connect()
  await client.connect()
})

afterAll(async () => {
  await client.destroy()
  await servers.stop()
})

describe('the store contract, behind Sentinel', () => {
  it.each(storeContract)('$name', ({ run }) => run(() => redisStore({ client })))
})

describe('a master that dies', () => {
  it('costs no session that was replicated, and no fence comes twice', async () => {
    const store = redisStore({ client, commandTimeout: 1 })
    const record = { value: 'kept', expiresIn: 60_000, indexes: ['index'] }
    const put = await store.put('key', record, { type: 'absent' })
    const before = await store.lease('key', 'refresh', 50)
    await replicated(servers.master.url)
    await servers.master.kill()
    await recovered(store)
    expect(await store.get('key')).toMatchObject({ value: 'kept' })
    expect(await store.keysOf('index')).toEqual(['key'])
    const after = await store.lease('key', 'refresh', 60_000)
    expect(after?.fence).toBeGreaterThan(before?.fence ?? Number.NaN)
    expect(put).toMatchObject({ stored: true })
  })
})

async function replicated(url: string): Promise<void> {
  const master = await createClient({ url }).connect()
  expect(await master.wait(1, 5_000)).toBe(1)
  await master.close()
}

/** Until then every answer is an honest one. */
async function recovered(store: Store): Promise<void> {
  const until = performance.now() + 15_000
  for (;;) {
    try {
      expect(await store.get('key')).toBeDefined()
      return
    } catch (error) {
      expect(error).toMatchObject({ code: 'store_unavailable' })
      expect(performance.now()).toBeLessThan(until)
      await wait(50)
    }
  }
}
