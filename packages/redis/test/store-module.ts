import { type RedisStoreOptions, redisStore } from '../src/index.ts'

/** For the processes of the shared contract. */
export function makeStore(setting: string) {
  // The test that starts them wrote it.
  return redisStore(JSON.parse(setting) as RedisStoreOptions)
}
