/**
 * Where sessions are kept when they are not kept in the browser: small, and without optional members, so that
 * every store can do everything. Values are opaque text and always expire; keys are already hashed.
 *
 * An operation that cannot be carried out in time rejects with `GatewayError('store_unavailable')`. It never
 * resolves as if nothing were there: an outage must not look like a signed-out user.
 */
export interface Store {
  get(key: string): Promise<StoredRecord | undefined>
  /** Writes if the condition holds, atomically. A lifetime of zero or less stores nothing and deletes what is there. */
  put(key: string, record: NewRecord, condition: PutCondition): Promise<PutResult>
  /** Reads and deletes, atomically: of several concurrent takes one gets the record. */
  take(key: string): Promise<StoredRecord | undefined>
  /** Deletes; says whether there was a live record. Its index entries need not be found any more. */
  delete(key: string): Promise<boolean>
  /**
   * Takes the lease `name` of `key` for so long, unless somebody holds it. Fences of one lease only ever grow,
   * so a holder that was too slow can be told from its successor.
   */
  lease(key: string, name: string, milliseconds: number): Promise<Lease | undefined>
  /** Prolongs a lease that is still held; `false` when it has been lost. */
  extend(key: string, lease: Lease, milliseconds: number): Promise<boolean>
  /** Gives a lease back. One that has been lost already stays with its new holder. */
  release(key: string, lease: Lease): Promise<void>
  /** Keys of live records that were put with this index entry, in no order. */
  keysOf(index: string): Promise<readonly string[]>
  /** Ends connections that the store opened itself. */
  close(): Promise<void>
}

export interface StoredRecord {
  readonly value: string
  /** Changes with every put. */
  readonly version: number
}

export interface NewRecord {
  readonly value: string
  /** Milliseconds from now. */
  readonly expiresIn: number
  /** Names under which `keysOf` finds the key, as long as the record lives. */
  readonly indexes: readonly string[]
}

export type PutCondition =
  /** Nothing live is stored under the key. */
  | { readonly type: 'absent' }
  /** The record still has this version. */
  | { readonly type: 'version'; readonly version: number }
  /** The record still has this version, and no later holder was given the lease. */
  | { readonly type: 'lease'; readonly version: number; readonly lease: Lease }

export type PutResult = { readonly stored: true; readonly version: number } | { readonly stored: false }

export interface Lease {
  readonly name: string
  readonly fence: number
}
