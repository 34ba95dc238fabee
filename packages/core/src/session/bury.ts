import { GatewayError } from '../error.ts'
import type { PutCondition, Store, StoredRecord } from '../store/store.ts'
import { TOMBSTONE } from './record.ts'

const MAX_ATTEMPTS = 8

/**
 * Ends the record of a session that came from a sealed cookie, and leaves a tombstone for as long as that cookie
 * could bring it back. The record it ended; `undefined` when there was none, or somebody else has ended it. Throws
 * `store_unavailable` when others keep writing to it.
 *
 * @param expiresIn milliseconds
 */
export async function bury(store: Store, key: string, expiresIn: number): Promise<StoredRecord | undefined> {
  if (expiresIn <= 0) return store.take(key)
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const record = await store.get(key)
    if (record?.value === TOMBSTONE) return undefined
    const condition: PutCondition =
      record === undefined ? { type: 'absent' } : { type: 'version', version: record.version }
    const { stored } = await store.put(key, { value: TOMBSTONE, expiresIn, indexes: [] }, condition)
    if (stored) return record
  }
  throw new GatewayError('store_unavailable', { retryAfter: 1 })
}
