import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import type { Store } from '@postern/core'
import { expiry, freshName, LONG, putNew, SHORT, storeCase, versionOf } from './stage.ts'
import type { StoreContractCase } from './store-under-test.ts'

/** Indexes: whoever ends the sessions of a user must find all of them, and none that is gone. */
export const indexCases: readonly StoreContractCase[] = [
  storeCase('finds nothing under a name that was never used', async (store) => {
    assert.deepEqual(await store.keysOf(freshName()), [])
  }),
  storeCase('finds every key under a name, each once', async (store) => {
    const index = freshName()
    const keys = Array.from({ length: 200 }, freshName)
    await Promise.all(keys.map((key) => putNew(store, key, { indexes: [index] })))
    assert.deepEqual(await sortedKeys(store, index), keys.toSorted())
  }),
  storeCase('finds a key once that was put many times', async (store, key) => {
    const index = freshName()
    let version = await putNew(store, key, { indexes: [index] })
    for (let round = 0; round < 5; round += 1) {
      const record = { value: `round ${round}`, expiresIn: LONG, indexes: [index, index] }
      version = versionOf(await store.put(key, record, { type: 'version', version }))
    }
    assert.deepEqual(await store.keysOf(index), [key])
  }),
  storeCase('finds a key under each of its names', async (store, key) => {
    const indexes = [freshName(), freshName(), freshName()]
    await putNew(store, key, { indexes })
    for (const index of indexes) assert.deepEqual(await store.keysOf(index), [key])
  }),
  storeCase('finds a key under the names of its last put only', async (store, key) => {
    const [first, second] = [freshName(), freshName()]
    const version = await putNew(store, key, { indexes: [first] })
    await store.put(key, { value: 'moved', expiresIn: LONG, indexes: [second] }, { type: 'version', version })
    assert.deepEqual(await store.keysOf(first), [])
    assert.deepEqual(await store.keysOf(second), [key])
  }),
  storeCase('does not find a key that was deleted or taken', async (store, key) => {
    const index = freshName()
    const [taken, kept] = [freshName(), freshName()]
    for (const each of [key, taken, kept]) await putNew(store, each, { indexes: [index] })
    await store.delete(key)
    await store.take(taken)
    assert.deepEqual(await store.keysOf(index), [kept])
  }),
  storeCase('does not find a key whose record has expired', async (store, key) => {
    const index = freshName()
    const kept = freshName()
    await putNew(store, key, { expiresIn: SHORT, indexes: [index] })
    await putNew(store, kept, { indexes: [index] })
    await expiry(store, key)
    assert.deepEqual(await store.keysOf(index), [kept])
  }),
  storeCase('finds a key again that was deleted and put again', async (store, key) => {
    const index = freshName()
    for (let round = 0; round < 10; round += 1) {
      await putNew(store, key, { indexes: [index] })
      assert.deepEqual(await store.keysOf(index), [key])
      await store.delete(key)
      assert.deepEqual(await store.keysOf(index), [])
    }
  }),
  storeCase('finds a key put without names under none', async (store, key) => {
    const index = freshName()
    const version = await putNew(store, key, { indexes: [index] })
    await store.put(key, { value: 'bare', expiresIn: LONG, indexes: [] }, { type: 'version', version })
    assert.deepEqual(await store.keysOf(index), [])
    assert.equal((await store.get(key))?.value, 'bare')
  }),
  storeCase('finds a record at every moment while it is put again and again', async (store, key) => {
    const index = freshName()
    let version = await putNew(store, key, { indexes: [index] })
    let isOver = false
    const writer = async (): Promise<void> => {
      try {
        for (let round = 0; round < 100; round += 1) {
          const record = { value: `round ${round}`, expiresIn: LONG, indexes: [index] }
          version = versionOf(await store.put(key, record, { type: 'version', version }))
        }
      } finally {
        isOver = true
      }
    }
    const reader = async (): Promise<void> => {
      while (!isOver) {
        assert.deepEqual(await store.keysOf(index), [key])
        // A store that answers at once must let the writer go on.
        await turn()
      }
    }
    await Promise.all([writer(), reader(), reader()])
  }),
]

async function sortedKeys(store: Store, index: string): Promise<readonly string[]> {
  return (await store.keysOf(index)).toSorted()
}
