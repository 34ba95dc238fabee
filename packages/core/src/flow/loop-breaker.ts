/**
 * Stops a sign-in that repeats itself: one that succeeds again and again while the browser never sends the
 * session back. It counts successes by a mark that the browser got when its first sign-in started.
 */
export interface LoopBreaker {
  /** A sign-in of this mark succeeded. */
  succeeded(mark: string): void
  /** Whether so many succeeded lately that another would only repeat them. */
  isTripped(mark: string): boolean
  /** The session came back: the count starts anew. */
  reset(mark: string): void
}

const MAX_SUCCESSES = 3
const WINDOW = 60_000
// Decision 15: a breaker lets a probe through after at most this long.
const COOL_DOWN = 5_000
const MAX_MARKS = 10_000

interface Count {
  readonly successes: number
  readonly first: number
  readonly last: number
}

/** In memory, for this process: several processes stop a loop a few rounds later. */
export function createLoopBreaker(now: () => number): LoopBreaker {
  const counts = new Map<string, Count>()

  const recent = (mark: string): Count | undefined => {
    const count = counts.get(mark)
    return count !== undefined && now() - count.first < WINDOW ? count : undefined
  }

  /** Those that succeeded longest ago are at the front. */
  const makeRoom = (): void => {
    for (const [mark, { last }] of counts) {
      if (now() - last < WINDOW && counts.size < MAX_MARKS) return
      counts.delete(mark)
    }
  }

  return {
    succeeded(mark) {
      const count = recent(mark)
      counts.delete(mark)
      makeRoom()
      counts.set(mark, { successes: (count?.successes ?? 0) + 1, first: count?.first ?? now(), last: now() })
    },
    isTripped(mark) {
      const count = recent(mark)
      return count !== undefined && count.successes >= MAX_SUCCESSES && now() - count.last < COOL_DOWN
    },
    reset: (mark) => {
      counts.delete(mark)
    },
  }
}
