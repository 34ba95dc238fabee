import { randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { memoryStore } from '../src/store/memory.ts'

// Prints how many octets of heap and external memory 100,000 sessions take, each of 1,024 characters as the gateway
// seals them, and each of a user of its own. Needs --expose-gc.

const SESSIONS = 100_000
const OCTETS = 768

async function used(): Promise<number> {
  // Buffers give their memory back one collection after they are gone.
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.()
    await turn()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const random = (octets: number): string => randomBytes(octets).toString('base64url')

const store = memoryStore()
const before = await used()
for (let session = 0; session < SESSIONS; session += 1) {
  const record = { value: random(OCTETS), expiresIn: 60_000, indexes: [`sub:${random(32)}`] }
  await store.put(random(32), record, { type: 'absent' })
}
console.log((await used()) - before)
// Still needed, or it could be collected before it was weighed.
await store.close()
