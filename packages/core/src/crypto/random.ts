import { randomBytes, randomFillSync } from 'node:crypto'

/** Makes an unguessable value of 256 bits: 43 characters of base64url. */
export type RandomValue = () => string

const VALUE_BYTES = 32
const REFERENCE_BYTES = 9
const REFERENCE_CHARACTERS = 12
const VALUES_PER_FILL = 256

/** Makes what makes such values. */
export function createRandomValue(): RandomValue {
  return createPool(VALUE_BYTES, (pool, start, end) => pool.toString('base64url', start, end))
}

/** Makes what makes correlation ids: 72 bits, 12 characters of base64url. They name a request and open nothing. */
export function createReference(): () => string {
  // No secrets, so what they are drawn from may lie there as text, and one call writes them all.
  let drawn = ''
  let next = 0
  return () => {
    if (next === drawn.length) {
      drawn = randomBytes(REFERENCE_BYTES * VALUES_PER_FILL).toString('base64url')
      next = 0
    }
    next += REFERENCE_CHARACTERS
    return drawn.slice(next - REFERENCE_CHARACTERS, next)
  }
}

/** Makes what makes so many random octets, each time others. */
export function createRandomOctets(octets: number): () => Buffer {
  return createPool(octets, (pool, start, end) => Buffer.from(pool.subarray(start, end)))
}

/** Values from the system's generator, drawn in batches: one system call, which is what is dear, serves many. */
function createPool<Value>(octets: number, read: (pool: Buffer, start: number, end: number) => Value): () => Value {
  const pool = Buffer.allocUnsafeSlow(octets * VALUES_PER_FILL)
  let next = pool.length
  return () => {
    if (next === pool.length) {
      randomFillSync(pool)
      next = 0
    }
    const end = next + octets
    const value = read(pool, next, end)
    // A value that was given out must not be readable in the pool afterwards.
    pool.fill(0, next, end)
    next = end
    return value
  }
}
