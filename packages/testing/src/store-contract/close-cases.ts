import assert from 'node:assert/strict'
import { freshName, putNew } from './stage.ts'
import type { StoreContractCase } from './store-under-test.ts'

export const closeCases: readonly StoreContractCase[] = [
  {
    name: 'closes more than once, and whether it was used or not',
    async run(makeStore) {
      const store = await makeStore()
      await store.close()
      await store.close()
    },
  },
  {
    name: 'leaves another store alone when it closes',
    async run(makeStore) {
      const [store, other] = [await makeStore(), await makeStore()]
      const key = freshName()
      await putNew(other, key)
      await store.close()
      assert.notEqual(await other.get(key), undefined)
      await other.close()
    },
  },
]
