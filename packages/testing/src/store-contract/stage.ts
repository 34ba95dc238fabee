import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Lease, PutResult, Store, StoredRecord } from '@postern/core'
import type { StoreContractCase } from './store-under-test.ts'

/** Milliseconds: longer than a case takes. */
export const LONG = 60_000
/** Milliseconds: over before a case gets impatient. */
export const SHORT = 40

const PATIENCE = 5_000
const POLL = 5

/** A case that needs one store and one key, and leaves nothing open. */
export function storeCase(name: string, play: (store: Store, key: string) => Promise<void>): StoreContractCase {
  return {
    name,
    async run(makeStore) {
      const store = await makeStore()
      try {
        await play(store, freshName())
      } finally {
        await store.close()
      }
    },
  }
}

/** A key, an index or the name of a lease that nobody has used before. */
export function freshName(): string {
  return `case-${randomUUID()}`
}

/** Puts a record where there is none; its version. */
export async function putNew(
  store: Store,
  key: string,
  { value = 'value', expiresIn = LONG, indexes = [] as readonly string[] } = {},
): Promise<number> {
  return versionOf(await store.put(key, { value, expiresIn, indexes }, { type: 'absent' }))
}

/** What a record says, however the store hands it out. */
export function contentOf(record: StoredRecord | undefined): StoredRecord | undefined {
  return record && { value: record.value, version: record.version }
}

/** The version of a put that has to succeed. */
export function versionOf(result: PutResult): number {
  assert.ok(result.stored, 'the condition of a put did not hold')
  return result.version
}

/** Waits until `isSo`; fails when it is not so after five seconds. */
export async function eventually(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  const until = performance.now() + PATIENCE
  while (!(await isSo())) {
    assert.ok(performance.now() < until, otherwise)
    await wait(POLL)
  }
}

/** Waits until the record of `key` has expired. */
export async function expiry(store: Store, key: string): Promise<void> {
  await eventually(async () => (await store.get(key)) === undefined, 'a record outlived its lifetime')
}

/** The name of the lease that cases take. */
export const LEASE = 'refresh.example'

/** Takes a lease that nobody holds. */
export async function held(store: Store, key: string, milliseconds = LONG): Promise<Lease> {
  const lease = await store.lease(key, LEASE, milliseconds)
  assert.ok(lease !== undefined, 'a lease that nobody holds was not given')
  assert.equal(lease.name, LEASE)
  return lease
}

/** Waits for the holder's time to be over, and takes its place. */
export async function successor(store: Store, key: string): Promise<Lease> {
  let lease: Lease | undefined
  await eventually(async () => {
    lease = await store.lease(key, LEASE, LONG)
    return lease !== undefined
  }, 'a lease outlived its time')
  assert.ok(lease !== undefined)
  return lease
}

/** As many attempts at once as it takes to meet; what they came to. */
export function atOnce<Result>(attempt: (number: number) => Promise<Result>): Promise<readonly Result[]> {
  return Promise.all(Array.from({ length: 16 }, (_, number) => attempt(number)))
}
