import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { expiry, freshName, LONG, putNew, SHORT, storeCase } from './stage.ts'
import type { StoreContractCase } from './store-under-test.ts'

const DAY = 86_400_000

/** Lifetimes: everything ends, and nothing ends early. */
export const expiryCases: readonly StoreContractCase[] = [
  storeCase('forgets a record when its lifetime is over, and no other', async (store, key) => {
    const other = freshName()
    await putNew(store, key, { expiresIn: SHORT })
    await putNew(store, other, { expiresIn: LONG })
    await expiry(store, key)
    assert.notEqual(await store.get(other), undefined)
  }),
  storeCase('neither takes nor deletes what has expired', async (store, key) => {
    await putNew(store, key, { expiresIn: SHORT })
    await expiry(store, key)
    assert.equal(await store.take(key), undefined)
    assert.equal(await store.delete(key), false)
  }),
  storeCase('refuses to bring back a record that has expired', async (store, key) => {
    const version = await putNew(store, key, { expiresIn: SHORT })
    await expiry(store, key)
    const result = await store.put(key, { value: 'back', expiresIn: LONG, indexes: [] }, { type: 'version', version })
    assert.deepEqual(result, { stored: false })
    assert.equal(await store.get(key), undefined)
  }),
  storeCase('has room where a record has expired', async (store, key) => {
    await putNew(store, key, { value: 'first', expiresIn: SHORT })
    await expiry(store, key)
    await putNew(store, key, { value: 'second' })
    assert.equal((await store.get(key))?.value, 'second')
  }),
  ...[0, -1, -1e12].map((expiresIn) =>
    storeCase(
      `stores nothing whose lifetime is ${expiresIn}: a past deadline is not no deadline`,
      async (store, key) => {
        const index = freshName()
        const result = await store.put(key, { value: 'past', expiresIn, indexes: [index] }, { type: 'absent' })
        assert.deepEqual(result, { stored: false })
        assert.equal(await store.get(key), undefined)
        assert.deepEqual(await store.keysOf(index), [])
      },
    ),
  ),
  storeCase('deletes what is replaced by something whose lifetime is over', async (store, key) => {
    const index = freshName()
    const version = await putNew(store, key, { indexes: [index] })
    const past = { value: 'past', expiresIn: 0, indexes: [index] }
    assert.deepEqual(await store.put(key, past, { type: 'version', version }), { stored: false })
    assert.equal(await store.get(key), undefined)
    assert.deepEqual(await store.keysOf(index), [])
  }),
  storeCase('shortens a lifetime with a put', async (store, key) => {
    const version = await putNew(store, key, { expiresIn: LONG })
    await store.put(key, { value: 'short', expiresIn: SHORT, indexes: [] }, { type: 'version', version })
    await expiry(store, key)
  }),
  storeCase('prolongs a lifetime with a put', async (store, key) => {
    const version = await putNew(store, key, { expiresIn: 1_000 })
    await store.put(key, { value: 'long', expiresIn: LONG, indexes: [] }, { type: 'version', version })
    await wait(1_100)
    assert.equal((await store.get(key))?.value, 'long')
  }),
  storeCase('keeps a record for 400 days, which is more milliseconds than 32 bits hold', async (store, key) => {
    await putNew(store, key, { expiresIn: 400 * DAY })
    await wait(SHORT)
    assert.notEqual(await store.get(key), undefined)
  }),
  storeCase('takes lifetimes that are no whole number of milliseconds', async (store, key) => {
    await putNew(store, key, { expiresIn: LONG + 0.25 })
    assert.equal((await store.take(key))?.value, 'value')
    await putNew(store, key, { expiresIn: SHORT + 0.75 })
    await expiry(store, key)
  }),
  ...[Number.POSITIVE_INFINITY, Number.NaN].map((expiresIn) =>
    storeCase(`refuses a lifetime of ${expiresIn}, and stores nothing`, async (store, key) => {
      const index = freshName()
      await assert.rejects(store.put(key, { value: 'for ever', expiresIn, indexes: [index] }, { type: 'absent' }))
      await assert.rejects(store.lease(key, 'for ever', expiresIn))
      assert.equal(await store.get(key), undefined)
      assert.deepEqual(await store.keysOf(index), [])
      assert.notEqual(await store.lease(key, 'for ever', LONG), undefined)
    }),
  ),
]
