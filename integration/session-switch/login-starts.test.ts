import { randomUUID } from 'node:crypto'
import { createGateway, type GatewayRequest, memoryStore, type Store } from '@postern/core'
import { anilist } from '@postern/providers/anilist'
import { redisStore } from '@postern/redis'
import { createClient } from 'redis'
import { expect, it, onTestFinished } from 'vitest'
import { anyRedis } from '../redis-server.ts'
import { ORIGIN, SECRET } from '../stage.ts'

const STARTS = 50_000
const HEADERS = { host: 'app.example', accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

const LOGIN: GatewayRequest = {
  method: 'GET',
  target: '/auth/login/anilist?return_to=/one',
  headers: HEADERS,
  rawHeaders: Object.entries(HEADERS).flat(),
  form: () => Promise.reject(new Error('there is no form')),
}

/** Starts a sign-in fifty thousand times, each as somebody who has no cookie. */
async function startMany(store: Store): Promise<void> {
  const gateway = createGateway({
    origin: ORIGIN,
    secrets: [SECRET],
    providers: [anilist({ clientId: 'client', clientSecret: 'a-secret-that-is-never-used' })],
    store,
  })
  const states = new Set<string>()
  for (let start = 0; start < STARTS; start += 1) {
    const { status, headers } = await gateway.handle(LOGIN)
    const location = headers.find(([name]) => name === 'location')?.[1] ?? ''
    if (status === 303) states.add(new URL(location).searchParams.get('state') ?? '')
  }
  expect(states.size).toBe(STARTS)
  await gateway.close()
}

it('starts of sign-ins leave Redis as it was', { timeout: 60_000 }, async () => {
  const redis = await anyRedis()
  const prefix = `starts-${randomUUID()}`
  onTestFinished(() => redis.finish(prefix))
  await startMany(redisStore({ url: redis.url, prefix }))
  const client = await createClient({ url: redis.url }).connect()
  const keys: string[] = []
  for await (const some of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) keys.push(...some)
  await client.close()
  expect(keys).toEqual([])
})

it('starts of sign-ins do not even ask the memory store', { timeout: 60_000 }, async () => {
  const asked: string[] = []
  const store = Object.fromEntries(
    Object.entries(memoryStore()).map(([name, run]) => [
      name,
      (...args: readonly unknown[]) => {
        asked.push(name)
        return (run as (...args: readonly unknown[]) => unknown)(...args)
      },
    ]),
    // The entries of a store are its operations.
  ) as unknown as Store
  await startMany(store)
  expect(asked).toEqual(['close'])
})
