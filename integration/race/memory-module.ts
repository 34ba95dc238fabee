import { memoryStore, type Store } from '@postern/core'

/** For the one process of a race in memory. */
export function makeStore(): Store {
  return memoryStore()
}
