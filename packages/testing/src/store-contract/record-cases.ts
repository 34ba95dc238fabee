import assert from 'node:assert/strict'
import { contentOf, freshName, LONG, putNew, storeCase, versionOf } from './stage.ts'
import type { StoreContractCase } from './store-under-test.ts'

/** Putting, getting and deleting. */
export const recordCases: readonly StoreContractCase[] = [
  storeCase('gives back what was put, with its version', async (store, key) => {
    const version = await putNew(store, key, { value: 'first' })
    assert.deepEqual(contentOf(await store.get(key)), { value: 'first', version })
  }),
  storeCase('knows nothing of a key that was never put', async (store, key) => {
    assert.equal(await store.get(key), undefined)
    assert.equal(await store.take(key), undefined)
    assert.equal(await store.delete(key), false)
  }),
  storeCase('changes the version with every put, even of the same value', async (store, key) => {
    const record = { value: 'same', expiresIn: LONG, indexes: [] }
    const first = await putNew(store, key, record)
    const second = versionOf(await store.put(key, record, { type: 'version', version: first }))
    assert.notEqual(second, first)
    assert.deepEqual(contentOf(await store.get(key)), { value: 'same', version: second })
  }),
  storeCase('never gives a version twice, not even after the record was deleted', async (store, key) => {
    const versions = new Set<number>()
    for (let round = 0; round < 20; round += 1) {
      versions.add(await putNew(store, key))
      await store.delete(key)
    }
    assert.equal(versions.size, 20)
  }),
  storeCase('gives versions that survive JSON, and a comparison', async (store, key) => {
    const version = await putNew(store, key)
    assert.ok(Number.isSafeInteger(version))
  }),
  storeCase('keeps the records of different keys apart', async (store, key) => {
    const other = freshName()
    await putNew(store, key, { value: 'mine' })
    await putNew(store, other, { value: 'theirs' })
    await store.delete(other)
    assert.equal((await store.get(key))?.value, 'mine')
  }),
  storeCase('says of a delete whether there was a record', async (store, key) => {
    await putNew(store, key)
    assert.equal(await store.delete(key), true)
    assert.equal(await store.get(key), undefined)
    assert.equal(await store.delete(key), false)
  }),
  storeCase('takes values from nothing to 64 KB', async (store, key) => {
    for (const value of ['', 'a', 'x'.repeat(8_192), 'ab_-'.repeat(16_384)]) {
      await putNew(store, key, { value })
      assert.equal((await store.get(key))?.value, value)
      assert.equal((await store.take(key))?.value, value)
    }
  }),
]
