import type { Store } from '@postern/core'

/**
 * What the author of a store supplies: a store, ready to use, and a new one at each call. Where the records live
 * outside of the process, all of them share the records.
 */
export type MakeStore = () => Store | Promise<Store>

/** One sentence about stores, and how to find out whether it is true of yours. */
export interface StoreContractCase {
  readonly name: string
  /** Rejects with an `AssertionError` when it is not. Uses keys nobody else uses, and closes the store it made. */
  run(makeStore: MakeStore): Promise<void>
}

/** A module that makes stores, for processes that the contract starts. */
export interface StoreModule {
  /** It exports `makeStore`, a `MakeSharedStore`. */
  readonly url: URL
  /** What `makeStore` is called with, in every process: where the records are, a prefix for this run. */
  readonly setting: string
  /** Options of Node that the module needs to load, like `--conditions=source`. */
  readonly execArgv: readonly string[]
}

/** Makes a store, ready to use, on the records that `setting` names. */
export type MakeSharedStore = (setting: string) => Store | Promise<Store>

/** A sentence about stores that processes share. */
export interface SharedStoreCase {
  readonly name: string
  /** Rejects with an `AssertionError` when it is not true. Every process that it started has ended by then. */
  run(module: StoreModule): Promise<void>
}
