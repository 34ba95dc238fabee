import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { twinKeys } from '../../test/twins.ts'
import { GatewayError } from '../error.ts'
import { memoryStore } from './memory.ts'
import type { Store } from './store.ts'

const MINUTE = 60_000

/** A store whose clock stands still until it is moved. */
function storeAt(start: number, maxEntries?: number) {
  let time = start
  const store = memoryStore({ now: () => time, ...(maxEntries === undefined ? {} : { maxEntries }) })
  const pass = (milliseconds: number): void => {
    time += milliseconds
  }
  return { store, pass }
}

function put(store: Store, key: string, { expiresIn = MINUTE, indexes = [] as readonly string[] } = {}) {
  return store.put(key, { value: `of ${key}`, expiresIn, indexes }, { type: 'absent' })
}

describe('a memory store that is full', () => {
  it('refuses new records as unavailable, tells the operator what to do, and keeps everybody who is in', async () => {
    const { store } = storeAt(0, 3)
    for (const key of ['a', 'b', 'c']) await put(store, key, { indexes: ['index'] })
    await expect(put(store, 'd', { indexes: ['index'] })).rejects.toMatchObject({
      code: 'store_unavailable',
      status: 503,
      advice: expect.stringContaining('raise its maxEntries'),
    })
    for (const key of ['a', 'b', 'c']) expect(await store.get(key)).toBeDefined()
    expect(await store.get('d')).toBeUndefined()
    expect(await store.keysOf('index')).toEqual(['a', 'b', 'c'])
  })

  it('still lets the records that are in change, end and make room', async () => {
    const { store } = storeAt(0, 2)
    await put(store, 'a')
    const second = await put(store, 'b')
    const version = second.stored ? second.version : 0
    const changed = { value: 'changed', expiresIn: MINUTE, indexes: [] }
    expect(await store.put('b', changed, { type: 'version', version })).toMatchObject({ stored: true })
    await store.delete('a')
    expect(await put(store, 'c')).toMatchObject({ stored: true })
  })

  it('gives the room of what has expired to what comes', async () => {
    const { store, pass } = storeAt(0, 100)
    for (let number = 0; number < 100; number += 1) await put(store, `old ${number}`, { expiresIn: 1_000 })
    pass(1_001)
    for (let number = 0; number < 100; number += 1) {
      expect(await put(store, `new ${number}`)).toMatchObject({ stored: true })
    }
    expect(await store.get('new 99')).toBeDefined()
  })

  it('is searched from end to end at most once a second', async () => {
    const { store, pass } = storeAt(0, 100)
    // The one that will expire is the last that a look around comes to.
    for (let number = 0; number < 99; number += 1) await put(store, `${number}`, { expiresIn: 10 * MINUTE })
    await put(store, 'last', { expiresIn: 500 })
    await expect(put(store, 'x')).rejects.toThrow(GatewayError)
    pass(600)
    await expect(put(store, 'x')).rejects.toThrow(GatewayError)
    pass(401)
    expect(await put(store, 'x')).toMatchObject({ stored: true })
  })
})

describe('what has expired in a memory store', () => {
  it('is removed while others are put, without a timer', async () => {
    const { store, pass } = storeAt(0, 1_000)
    for (let number = 0; number < 900; number += 1) await put(store, `old ${number}`, { expiresIn: 1_000 })
    pass(1_001)
    // Each put looks at several of those that are there, so the old ones are gone long before the room is.
    for (let number = 0; number < 900; number += 1) await put(store, `new ${number}`)
    for (let number = 0; number < 100; number += 1) await put(store, `more ${number}`)
    expect(await store.get('more 99')).toBeDefined()
  })

  it('is not given out in the very millisecond in which it ends', async () => {
    const { store, pass } = storeAt(1_000_000)
    await put(store, 'key', { expiresIn: 1_000 })
    pass(999)
    expect(await store.get('key')).toBeDefined()
    pass(1)
    expect(await store.get('key')).toBeUndefined()
  })
})

describe('two keys that a memory store looks for at one place', () => {
  it('are found under their names, each until it is gone itself', async () => {
    const { store, pass } = storeAt(0)
    const [first, second] = twinKeys()
    for (const key of [first, second]) await put(store, key, { indexes: ['user', `only ${key}`] })
    expect([...(await store.keysOf('user'))].sort()).toEqual([first, second].sort())
    expect(await store.keysOf(`only ${first}`)).toEqual([first])
    await store.delete(first)
    expect(await store.keysOf('user')).toEqual([second])
    expect(await store.keysOf(`only ${second}`)).toEqual([second])
    expect((await store.get(second))?.value).toBe(`of ${second}`)
    pass(MINUTE)
    expect(await store.keysOf('user')).toEqual([])
  })
})

describe('leases of a memory store', () => {
  it('let a late holder put for a minute after they ran out, if nobody came after it, and then no more', async () => {
    for (const [delay, stored] of [
      [59_000, true],
      [61_000, false],
    ] as const) {
      const { store, pass } = storeAt(0)
      const first = await put(store, 'key', { expiresIn: 10 * MINUTE })
      const lease = await store.lease('key', 'refresh', 1_000)
      pass(1_000 + delay)
      // Taking others is what makes it forget.
      for (let number = 0; number < 10; number += 1) await store.lease(`other ${number}`, 'refresh', 1_000)
      if (!first.stored || lease === undefined) throw new Error('nothing was put, or no lease given')
      const record = { value: 'late', expiresIn: MINUTE, indexes: [] }
      const result = await store.put('key', record, { type: 'lease', version: first.version, lease })
      expect(result.stored).toBe(stored)
    }
  })

  it('have fences that grow, though they were forgotten in between', async () => {
    const { store, pass } = storeAt(0)
    const before = await store.lease('key', 'refresh', 1_000)
    pass(10 * MINUTE)
    for (let number = 0; number < 10; number += 1) await store.lease(`other ${number}`, 'refresh', 1_000)
    const after = await store.lease('key', 'refresh', 1_000)
    expect(after?.fence).toBeGreaterThan(before?.fence ?? Number.NaN)
  })
})

describe('options of memoryStore', () => {
  it.each([0, -1, 1.5, Number.NaN, '100'])('refuse room for %s records', (maxEntries) => {
    expect(() => memoryStore({ maxEntries: maxEntries as number })).toThrow(/maxEntries must be a whole number/)
  })

  it('refuse names they do not know, and tell every problem at once', () => {
    const options = { max: 1, now: 5 } as unknown as Parameters<typeof memoryStore>[0]
    expect(() => memoryStore(options)).toThrow(/max is not an option of memoryStore.*\nnow must be a function/)
  })
})

describe('the size of a memory store', () => {
  it('is at most 100 MB for 100,000 sessions of a kilobyte, book-keeping included', { timeout: 120_000 }, async () => {
    // In a process of its own: only one that may call the garbage collector knows what is left.
    const weigh = fileURLToPath(new URL('../../test/weigh-memory-store.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--conditions=source', weigh])
    expect(Number(stdout)).toBeGreaterThan(0)
    expect(Number(stdout)).toBeLessThan(100_000_000)
  })
})
