import { randomFillSync } from 'node:crypto'

/** Makes an unguessable value of 256 bits: 43 characters of base64url. */
export type RandomValue = () => string

const VALUE_BYTES = 32
const VALUES_PER_FILL = 256

/** Values from the system's generator, drawn in batches: one system call serves many sign-ins. */
export function createRandomValue(): RandomValue {
  const pool = Buffer.allocUnsafeSlow(VALUE_BYTES * VALUES_PER_FILL)
  let next = pool.length
  return () => {
    if (next === pool.length) {
      randomFillSync(pool)
      next = 0
    }
    const value = pool.toString('base64url', next, next + VALUE_BYTES)
    // A value that was given out must not be readable in the pool afterwards.
    pool.fill(0, next, next + VALUE_BYTES)
    next += VALUE_BYTES
    return value
  }
}
