/**
 * Where sessions are kept when they are not kept in the browser: small, and without optional members, so that
 * every store can do everything. Values are opaque text and always expire. Keys and names are any text: those of the
 * gateway are hashes, so a store sees no user and no cookie.
 *
 * An operation that cannot be carried out in time rejects with `GatewayError('store_unavailable')`; whether it has
 * happened is then unknown. It never resolves as if nothing were there: an outage must not look like a signed-out
 * user.
 *
 * `storeContract` of `@postern/testing` holds a store to every sentence here.
 */
export interface Store {
  get(key: string): Promise<StoredRecord | undefined>
  /**
   * Writes if the condition holds, atomically, and replaces value, lifetime and index entries. If it holds, a
   * lifetime of zero or less stores nothing and deletes what is there; the result is `stored: false` then, too.
   */
  put(key: string, record: NewRecord, condition: PutCondition): Promise<PutResult>
  /** Reads and deletes, atomically: of several concurrent takes one gets the record. */
  take(key: string): Promise<StoredRecord | undefined>
  /** Deletes; says whether there was a live record. Leases of the key stay with their holders. */
  delete(key: string): Promise<boolean>
  /**
   * Takes the lease `name` of `key` for so long, unless somebody holds it; there need be no record. Fences of one
   * lease only ever grow, so a holder that was too slow can be told from its successor. Times that are not finite
   * are refused with an exception.
   */
  lease(key: string, name: string, milliseconds: number): Promise<Lease | undefined>
  /** Makes a lease that is still held last for so long from now; `false` when it has been lost. */
  extend(key: string, lease: Lease, milliseconds: number): Promise<boolean>
  /** Gives a lease back. One that has been lost already stays with its new holder. */
  release(key: string, lease: Lease): Promise<void>
  /** Keys of live records that were put with this index entry, each once, in no order. */
  keysOf(index: string): Promise<readonly string[]>
  /** Ends connections that the store opened itself. Calling it again does nothing. */
  close(): Promise<void>
}

export interface StoredRecord {
  readonly value: string
  /**
   * Changes with every put. None comes back, not even after the record was deleted and put again: the gateway opens each
   * version once and remembers it.
   */
  readonly version: number
}

export interface NewRecord {
  readonly value: string
  /** Milliseconds from now. Nothing lives for ever: one that is not finite is refused with an exception. */
  readonly expiresIn: number
  /** Names under which `keysOf` finds the key, as long as the record lives. */
  readonly indexes: readonly string[]
}

export type PutCondition =
  /** Nothing live is stored under the key. */
  | { readonly type: 'absent' }
  /** The record still has this version. */
  | { readonly type: 'version'; readonly version: number }
  /**
   * The record still has this version, and no later holder was given the lease. A lease that ran out or was given
   * back is remembered for at least a minute; a store that has forgotten it finds that the condition does not hold.
   */
  | { readonly type: 'lease'; readonly version: number; readonly lease: Lease }

export type PutResult = { readonly stored: true; readonly version: number } | { readonly stored: false }

export interface Lease {
  readonly name: string
  readonly fence: number
}
