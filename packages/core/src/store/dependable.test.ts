import { describe, expect, it } from 'vitest'
import { GatewayError } from '../error.ts'
import { dependable } from './dependable.ts'
import { memoryStore } from './memory.ts'
import type { Store } from './store.ts'

const RECORD = { value: 'value', expiresIn: 60_000, indexes: [] }
const LEASE = { name: 'refresh', fence: 1 }

const OPERATIONS: Readonly<Record<Exclude<keyof Store, 'close'>, (store: Store) => Promise<unknown>>> = {
  get: (store) => store.get('key'),
  put: (store) => store.put('key', RECORD, { type: 'absent' }),
  take: (store) => store.take('key'),
  delete: (store) => store.delete('key'),
  lease: (store) => store.lease('key', 'refresh', 1_000),
  extend: (store) => store.extend('key', LEASE, 1_000),
  release: (store) => store.release('key', LEASE),
  keysOf: (store) => store.keysOf('index'),
}

/** A store of somebody else's, whose every operation ends like this. */
function failing(how: () => never): Store {
  return new Proxy(memoryStore(), { get: () => how })
}

describe('a store that throws what its contract does not know', () => {
  it.each(Object.entries(OPERATIONS))('is out of reach, and is not quoted: %s', async (_, operation) => {
    for (const thrown of [new RangeError('redis://user:password@host'), 'password', undefined]) {
      const failure = await operation(
        dependable(
          failing(() => {
            throw thrown
          }),
        ),
      ).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(GatewayError)
      expect(failure).toMatchObject({ code: 'store_unavailable', status: 503 })
      expect(JSON.stringify(failure) + String((failure as GatewayError).cause)).not.toContain('password')
    }
  })

  it.each(Object.entries(OPERATIONS))('keeps the error that says when to come back: %s', async (_, operation) => {
    const unavailable = new GatewayError('store_unavailable', { retryAfter: 2 })
    const store = failing(() => {
      throw unavailable
    })
    await expect(operation(dependable(store))).rejects.toBe(unavailable)
  })
})

it('a store that works does what it did', async () => {
  const store = dependable(memoryStore())
  const put = await store.put('key', { ...RECORD, indexes: ['index'] }, { type: 'absent' })
  expect(put.stored).toBe(true)
  expect(await store.get('key')).toMatchObject({ value: 'value' })
  expect(await store.keysOf('index')).toEqual(['key'])
  const lease = await store.lease('key', 'refresh', 1_000)
  expect(await store.extend('key', lease ?? LEASE, 2_000)).toBe(true)
  await store.release('key', lease ?? LEASE)
  expect(await store.take('key')).toMatchObject({ value: 'value' })
  expect(await store.delete('key')).toBe(false)
  await store.close()
})
