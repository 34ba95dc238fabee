import { GatewayError } from '../error.ts'
import type { Store } from './store.ts'

/**
 * A store that keeps to the one error of its contract, whoever wrote it: what else it throws becomes
 * `store_unavailable`, because an outage must look neither like a signed-out user nor like a mistake of ours. Of what
 * was thrown only the name is kept: drivers quote addresses, and those hold passwords.
 */
export function dependable(store: Store): Store {
  const tried = async <Result>(operation: () => Promise<Result>): Promise<Result> => {
    try {
      return await operation()
    } catch (error) {
      if (error instanceof GatewayError) throw error
      const name = error instanceof Error ? error.name : typeof error
      throw new GatewayError('store_unavailable', { cause: new Error(name) })
    }
  }
  return {
    get: (key) => tried(() => store.get(key)),
    put: (key, record, condition) => tried(() => store.put(key, record, condition)),
    take: (key) => tried(() => store.take(key)),
    delete: (key) => tried(() => store.delete(key)),
    lease: (key, name, milliseconds) => tried(() => store.lease(key, name, milliseconds)),
    extend: (key, lease, milliseconds) => tried(() => store.extend(key, lease, milliseconds)),
    release: (key, lease) => tried(() => store.release(key, lease)),
    keysOf: (index) => tried(() => store.keysOf(index)),
    close: () => store.close(),
  }
}
