import { memoryStore, type Store } from '@postern/core'

/** A store that says it has written what is written under a lease, and has not. */
export function makeStore(): Store {
  const store = memoryStore()
  return {
    ...store,
    async put(key, record, condition) {
      return condition.type === 'lease' ? { stored: true, version: 1 } : store.put(key, record, condition)
    },
  }
}
