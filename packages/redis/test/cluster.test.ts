import { storeContract } from '@postern/testing'
import { createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisStore } from '../src/index.ts'
import { type RedisCluster, startCluster } from './redis-cluster.ts'

const TIMEOUT = 0.5

let servers: RedisCluster
let client: ReturnType<typeof connect>

const connect = () =>
  createCluster({
    rootNodes: servers.nodes.map(({ url }) => ({ url })),
    defaults: { disableOfflineQueue: true },
  })

beforeAll(async () => {
  servers = await startCluster()
  client = connect()
  await client.connect()
})

afterAll(async () => {
  client.destroy()
  await servers.stop()
})

describe('the store contract, in a cluster of three masters', () => {
  it.each(storeContract)('$name', ({ run }) => run(() => redisStore({ client })))
})

describe('a cluster that lost a node', () => {
  it('refuses the sessions of that node as unavailable, not as signed out, and serves the others', async () => {
    const store = redisStore({ client, commandTimeout: TIMEOUT })
    const keys = Array.from({ length: 60 }, (_, number) => `key-${number}`)
    for (const key of keys) await store.put(key, { value: key, expiresIn: 60_000, indexes: [] }, { type: 'absent' })
    await servers.nodes[2]?.kill()
    const outcomes = await Promise.allSettled(keys.map((key) => store.get(key)))
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    const values = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value?.value] : []))
    expect(failures.length).toBeGreaterThan(0)
    for (const failure of failures) expect(failure).toMatchObject({ code: 'store_unavailable', retryAfter: 2 })
    expect(values.length).toBeGreaterThan(0)
    expect(values).not.toContain(undefined)
  })
})
