import assert from 'node:assert/strict'
import { atOnce, contentOf, freshName, LONG, putNew, storeCase, versionOf } from './stage.ts'
import type { StoreContractCase } from './store-under-test.ts'

/** Putting under a condition: what loses changes nothing. */
export const conditionCases: readonly StoreContractCase[] = [
  storeCase('refuses to put where something is, if nothing should be there', async (store, key) => {
    const version = await putNew(store, key, { value: 'first' })
    const result = await store.put(key, { value: 'second', expiresIn: LONG, indexes: [] }, { type: 'absent' })
    assert.deepEqual(result, { stored: false })
    assert.deepEqual(contentOf(await store.get(key)), { value: 'first', version })
  }),
  storeCase('lets one of many put where nothing is', async (store, key) => {
    const results = await atOnce((number) =>
      store.put(key, { value: `of ${number}`, expiresIn: LONG, indexes: [] }, { type: 'absent' }),
    )
    const winner = results.findIndex(({ stored }) => stored)
    assert.equal(results.filter(({ stored }) => stored).length, 1)
    assert.equal((await store.get(key))?.value, `of ${winner}`)
  }),
  storeCase('lets one of many replace a version', async (store, key) => {
    const version = await putNew(store, key)
    const results = await atOnce((number) =>
      store.put(key, { value: `of ${number}`, expiresIn: LONG, indexes: [] }, { type: 'version', version }),
    )
    const winner = results.findIndex(({ stored }) => stored)
    assert.equal(results.filter(({ stored }) => stored).length, 1)
    assert.equal((await store.get(key))?.value, `of ${winner}`)
  }),
  storeCase('refuses to replace a version that was replaced', async (store, key) => {
    const record = { value: 'late', expiresIn: LONG, indexes: [] }
    const first = await putNew(store, key)
    const second = versionOf(await store.put(key, { ...record, value: 'in time' }, { type: 'version', version: first }))
    assert.deepEqual(await store.put(key, record, { type: 'version', version: first }), { stored: false })
    assert.deepEqual(contentOf(await store.get(key)), { value: 'in time', version: second })
  }),
  storeCase('refuses to bring back a record that was deleted', async (store, key) => {
    const version = await putNew(store, key)
    await store.delete(key)
    const result = await store.put(key, { value: 'back', expiresIn: LONG, indexes: [] }, { type: 'version', version })
    assert.deepEqual(result, { stored: false })
    assert.equal(await store.get(key), undefined)
  }),
  storeCase('refuses an old version after the record was deleted and put again', async (store, key) => {
    const version = await putNew(store, key, { value: 'old' })
    await store.delete(key)
    await putNew(store, key, { value: 'new' })
    const result = await store.put(key, { value: 'stale', expiresIn: LONG, indexes: [] }, { type: 'version', version })
    assert.deepEqual(result, { stored: false })
    assert.equal((await store.get(key))?.value, 'new')
  }),
  storeCase('leaves nothing in an index when a put is refused', async (store, key) => {
    const index = freshName()
    await putNew(store, key)
    await store.put(key, { value: 'refused', expiresIn: LONG, indexes: [index] }, { type: 'absent' })
    assert.deepEqual(await store.keysOf(index), [])
  }),
  storeCase('keeps what is there when a put that would delete it is refused', async (store, key) => {
    const version = await putNew(store, key)
    await store.put(key, { value: '', expiresIn: 0, indexes: [] }, { type: 'absent' })
    assert.equal((await store.get(key))?.version, version)
  }),
]
