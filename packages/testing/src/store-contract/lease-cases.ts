import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import {
  atOnce,
  contentOf,
  expiry,
  freshName,
  held,
  LEASE,
  LONG,
  putNew,
  SHORT,
  storeCase,
  successor,
} from './stage.ts'
import type { StoreContractCase } from './store-under-test.ts'

/** Leases: one holder at a time, and none for ever. */
export const leaseCases: readonly StoreContractCase[] = [
  storeCase('gives a lease to one of many', async (store, key) => {
    const leases = await atOnce(() => store.lease(key, LEASE, LONG))
    assert.equal(leases.filter((lease) => lease !== undefined).length, 1)
    assert.equal(await store.lease(key, LEASE, LONG), undefined)
  }),
  storeCase('gives leases of other names and other keys meanwhile', async (store, key) => {
    await held(store, key)
    assert.equal((await store.lease(key, 'another', LONG))?.name, 'another')
    assert.equal((await store.lease(freshName(), LEASE, LONG))?.name, LEASE)
  }),
  storeCase('gives a lease back at once', async (store, key) => {
    const first = await held(store, key)
    await store.release(key, first)
    const second = await held(store, key)
    assert.ok(second.fence > first.fence)
  }),
  storeCase('gives a lease to the next when its time is over', async (store, key) => {
    const first = await held(store, key, SHORT)
    const second = await successor(store, key)
    assert.ok(second.fence > first.fence)
  }),
  storeCase('lets fences grow, whichever way a lease ends', async (store, key) => {
    let last = 0
    for (let round = 0; round < 10; round += 1) {
      const lease = await held(store, key)
      assert.ok(Number.isSafeInteger(lease.fence))
      assert.ok(lease.fence > last, 'a fence did not grow')
      last = lease.fence
      await store.release(key, lease)
    }
  }),
  storeCase('prolongs a lease that is held', async (store, key) => {
    const lease = await held(store, key, 1_000)
    assert.equal(await store.extend(key, lease, LONG), true)
    await wait(1_100)
    assert.equal(await store.lease(key, LEASE, LONG), undefined)
  }),
  storeCase('does not prolong a lease for ever', async (store, key) => {
    const lease = await held(store, key)
    assert.equal(await store.extend(key, lease, SHORT), true)
    await successor(store, key)
  }),
  storeCase('does not prolong a lease that is lost, and leaves it with its new holder', async (store, key) => {
    const late = await held(store, key, SHORT)
    const holder = await successor(store, key)
    assert.equal(await store.extend(key, late, LONG), false)
    assert.equal(await store.extend(key, holder, SHORT), true)
    await successor(store, key)
  }),
  storeCase('does not prolong a lease that was given back, or never given', async (store, key) => {
    const lease = await held(store, key)
    await store.release(key, lease)
    assert.equal(await store.extend(key, lease, LONG), false)
    assert.equal(await store.extend(freshName(), lease, LONG), false)
    assert.notEqual(await store.lease(key, LEASE, LONG), undefined)
  }),
  storeCase('leaves a lease with its new holder when the old one gives it back', async (store, key) => {
    const late = await held(store, key, SHORT)
    const holder = await successor(store, key)
    await store.release(key, late)
    assert.equal(await store.lease(key, LEASE, LONG), undefined)
    assert.equal(await store.extend(key, holder, LONG), true)
  }),
  storeCase('keeps a lease and its record apart', async (store, key) => {
    const version = await putNew(store, key, { value: 'untouched' })
    const lease = await held(store, key)
    assert.deepEqual(contentOf(await store.get(key)), { value: 'untouched', version })
    await store.release(key, lease)
    assert.deepEqual(contentOf(await store.get(key)), { value: 'untouched', version })
  }),
  storeCase('leaves a lease with its holder when the record is deleted or taken', async (store, key) => {
    await putNew(store, key)
    await held(store, key)
    await store.delete(key)
    assert.equal(await store.lease(key, LEASE, LONG), undefined)
    await putNew(store, key)
    await store.take(key)
    assert.equal(await store.lease(key, LEASE, LONG), undefined)
  }),
  storeCase('leaves a lease with its holder when the record expires', async (store, key) => {
    const version = await putNew(store, key, { expiresIn: SHORT })
    const lease = await held(store, key)
    await expiry(store, key)
    assert.equal(await store.lease(key, LEASE, LONG), undefined)
    const back = { value: 'back', expiresIn: LONG, indexes: [] }
    assert.deepEqual(await store.put(key, back, { type: 'lease', version, lease }), { stored: false })
    assert.equal(await store.get(key), undefined)
  }),
]
