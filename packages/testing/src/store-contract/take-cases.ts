import assert from 'node:assert/strict'
import { atOnce, contentOf, LONG, putNew, storeCase } from './stage.ts'
import type { StoreContractCase } from './store-under-test.ts'

/** Taking: what can be used once is used once. */
export const takeCases: readonly StoreContractCase[] = [
  storeCase('gives a record away once', async (store, key) => {
    const version = await putNew(store, key, { value: 'once' })
    assert.deepEqual(contentOf(await store.take(key)), { value: 'once', version })
    assert.equal(await store.take(key), undefined)
    assert.equal(await store.get(key), undefined)
  }),
  storeCase('gives a record to one of many that take it at once', async (store, key) => {
    await putNew(store, key, { value: 'once' })
    const taken = await atOnce(() => store.take(key))
    assert.equal(taken.filter((record) => record !== undefined).length, 1)
  }),
  storeCase('never gives a record away and replaces it too', async (store, key) => {
    for (let round = 0; round < 20; round += 1) {
      const version = await putNew(store, key, { value: 'before' })
      const after = { value: 'after', expiresIn: LONG, indexes: [] }
      const [taken, put] = await Promise.all([store.take(key), store.put(key, after, { type: 'version', version })])
      assert.equal(taken?.value, put.stored ? 'after' : 'before')
      assert.equal(await store.get(key), undefined)
    }
  }),
]
