import { memoryStore, type Store } from '@postern/core'

/** A store that does what it promises, in one process. */
export function makeStore(): Store {
  return memoryStore()
}
