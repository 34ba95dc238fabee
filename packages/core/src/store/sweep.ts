const STEPS = 8

/**
 * Looks at a few entries at each call, going round, and removes those that are over. A table that grows by one entry
 * between two calls is swept faster than it grows, and no call takes long.
 */
export function createSweep<Value>(
  table: { entries(): Iterator<readonly [key: string, value: Value]> },
  isOver: (value: Value) => boolean,
  remove: (key: string) => void,
): () => void {
  let entries = table.entries()
  return () => {
    for (let step = 0; step < STEPS; step += 1) {
      const next = entries.next()
      if (next.done) {
        entries = table.entries()
        return
      }
      const [key, value] = next.value
      if (isOver(value)) remove(key)
    }
  }
}
