import type { Store } from '@postern/core'
import { type RedisStoreOptions, redisStore } from '@postern/redis'

/** For the processes of a race. */
export function makeStore(setting: string): Store {
  // The test that starts them wrote it.
  return redisStore(JSON.parse(setting) as RedisStoreOptions)
}
