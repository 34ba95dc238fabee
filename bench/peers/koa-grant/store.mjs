import { randomUUID } from 'node:crypto'
import { memoryStore } from './memory-store.mjs'

/** koa-session hands an object to the store it is given. */
export async function fill(count, sessionOf) {
  const store = memoryStore()
  for (let index = 0; index < count; index += 1) {
    await store.set(randomUUID(), { ...sessionOf(index), _expire: Date.now() + 86_400_000, _maxAge: 86_400_000 })
  }
  return store
}
