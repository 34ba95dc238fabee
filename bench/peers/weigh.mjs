// How much memory sessions take in the store of one peer: `node --expose-gc weigh.mjs <folder> <count> <octets>`.
import { randomBytes } from 'node:crypto'

const [folder, count, octets] = process.argv.slice(2)
const { fill } = await import(`./${folder}/store.mjs`)
const before = await used()
// Kept, or it could be collected before it is weighed.
const store = await fill(Number(count), (index) => session(index, Number(octets)))
const after = await used()
process.on('disconnect', () => process.exit(store === undefined ? 1 : 0))
process.send?.({ heap: after.heap - before.heap, resident: after.resident - before.resident })

/** What an application keeps of a sign-in: so many octets as JSON, and each its own. */
function session(index, length) {
  const user = { id: `user-${String(index).padStart(6, '0')}`, name: 'Ada Example' }
  const grant = { accessToken: '', expiresAt: 1_800_000_000_000 }
  const missing = length - JSON.stringify({ user, grant }).length
  const accessToken = randomBytes(missing).toString('base64url').slice(0, missing)
  // As it comes out of a token response, and not as a slice that keeps the longer string alive.
  return JSON.parse(JSON.stringify({ user, grant: { ...grant, accessToken } }))
}

async function used() {
  // Buffers give their memory back one collection after they are gone.
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, resident: rss }
}
