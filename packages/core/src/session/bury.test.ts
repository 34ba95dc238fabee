import { describe, expect, it } from 'vitest'
import { failureOf } from '../../test/failure.ts'
import { hooked } from '../../test/processes.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { bury } from './bury.ts'
import { TOMBSTONE } from './record.ts'

async function withRecord(store: Store = memoryStore()): Promise<Store> {
  await store.put('key', { value: 'record', expiresIn: 1_000, indexes: ['user'] }, { type: 'absent' })
  return store
}

describe('a record that is buried', () => {
  it('is gone, from the lists too, and a tombstone stands in its place', async () => {
    const store = await withRecord()
    expect((await bury(store, 'key', 1_000))?.value).toBe('record')
    expect((await store.get('key'))?.value).toBe(TOMBSTONE)
    expect(await store.keysOf('user')).toEqual([])
  })

  it('leaves a tombstone also where it had gone already', async () => {
    const store = memoryStore()
    expect(await bury(store, 'key', 1_000)).toBeUndefined()
    expect((await store.get('key'))?.value).toBe(TOMBSTONE)
  })

  it('is buried by one of two hundred that try at once, and none of them fails', async () => {
    const store = await withRecord()
    const ended = await Promise.all(Array.from({ length: 200 }, () => bury(store, 'key', 1_000)))
    expect(ended.filter((record) => record?.value === 'record')).toHaveLength(1)
    expect((await store.get('key'))?.value).toBe(TOMBSTONE)
  })

  it('needs no tombstone when nothing could bring it back any more', async () => {
    const store = await withRecord()
    expect((await bury(store, 'key', 0))?.value).toBe('record')
    expect(await store.get('key')).toBeUndefined()
  })

  it('is a 503 when others keep writing to it', async () => {
    const inner = await withRecord()
    const store = hooked(inner, async (operation) => {
      if (operation !== 'put') return
      const record = await inner.get('key')
      const changed = { value: 'changed', expiresIn: 1_000, indexes: [] }
      await inner.put('key', changed, { type: 'version', version: record?.version ?? 0 })
    })
    expect((await failureOf(bury(store, 'key', 1_000))).code).toBe('store_unavailable')
  })
})
