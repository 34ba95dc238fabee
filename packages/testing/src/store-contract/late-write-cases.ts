import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { Lease, PutResult, Store } from '@postern/core'
import { contentOf, held, LEASE, LONG, putNew, SHORT, storeCase, successor, versionOf } from './stage.ts'
import type { StoreContractCase } from './store-under-test.ts'

const REFUSED: PutResult = { stored: false }

/** Putting under a lease: a holder that was too slow loses, whatever its successor did. */
export const lateWriteCases: readonly StoreContractCase[] = [
  storeCase('lets the holder of a lease put', async (store, key) => {
    const version = await putNew(store, key)
    const lease = await held(store, key)
    const next = versionOf(await put(store, key, version, lease))
    assert.deepEqual(contentOf(await store.get(key)), { value: 'under a lease', version: next })
  }),
  storeCase('lets a holder put whose time ran out, when nobody came after it', async (store, key) => {
    const version = await putNew(store, key)
    const lease = await held(store, key, SHORT)
    await wait(5 * SHORT)
    assert.equal(await store.extend(key, lease, LONG), false)
    versionOf(await put(store, key, version, lease))
  }),
  storeCase('lets a holder put that gave its lease back, when nobody came after it', async (store, key) => {
    const version = await putNew(store, key)
    const lease = await held(store, key)
    await store.release(key, lease)
    versionOf(await put(store, key, version, lease))
  }),
  storeCase('refuses a late put under an old fence, though the record is as it was', async (store, key) => {
    const version = await putNew(store, key, { value: 'untouched' })
    const late = await held(store, key, SHORT)
    await successor(store, key)
    assert.deepEqual(await put(store, key, version, late), REFUSED)
    assert.deepEqual(contentOf(await store.get(key)), { value: 'untouched', version })
  }),
  storeCase('refuses a late put after the successor gave the lease back', async (store, key) => {
    const version = await putNew(store, key)
    const late = await held(store, key, SHORT)
    await store.release(key, await successor(store, key))
    assert.deepEqual(await put(store, key, version, late), REFUSED)
  }),
  storeCase('refuses a late put after the successor has put, and keeps what it put', async (store, key) => {
    const version = await putNew(store, key)
    const late = await held(store, key, SHORT)
    const holder = await successor(store, key)
    const next = versionOf(await put(store, key, version, holder))
    assert.deepEqual(await put(store, key, version, late), REFUSED)
    assert.deepEqual(await put(store, key, next, late), REFUSED)
    assert.equal((await store.get(key))?.version, next)
  }),
  storeCase('refuses the holder of a lease when the record has changed', async (store, key) => {
    const version = await putNew(store, key)
    const lease = await held(store, key)
    const change = { value: 'by somebody else', expiresIn: LONG, indexes: [] }
    versionOf(await store.put(key, change, { type: 'version', version }))
    assert.deepEqual(await put(store, key, version, lease), REFUSED)
    assert.equal((await store.get(key))?.value, 'by somebody else')
  }),
  storeCase('refuses a put under a lease that was never given', async (store, key) => {
    const version = await putNew(store, key)
    const { fence } = await held(store, key)
    assert.deepEqual(await put(store, key, version, { name: 'another', fence }), REFUSED)
    assert.deepEqual(await put(store, key, version, { name: LEASE, fence: fence + 1 }), REFUSED)
    assert.deepEqual(await put(store, key, version, { name: LEASE, fence: fence - 1 }), REFUSED)
  }),
  storeCase('refuses a holder whose record was deleted', async (store, key) => {
    const version = await putNew(store, key)
    const lease = await held(store, key)
    await store.delete(key)
    assert.deepEqual(await put(store, key, version, lease), REFUSED)
    assert.equal(await store.get(key), undefined)
  }),
]

function put(store: Store, key: string, version: number, lease: Lease): Promise<PutResult> {
  return store.put(key, { value: 'under a lease', expiresIn: LONG, indexes: [] }, { type: 'lease', version, lease })
}
