/** Whether one more request may be answered now. */
export interface Allowance {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  /** Seconds to wait; 0 when allowed. */
  readonly retryAfter: number
  /** Seconds since the epoch when requests are answered again. */
  readonly resetAt: number
}

export interface RateLimit {
  take(): Allowance
}

const MINUTE = 60_000

/** `limit` requests a minute, and a minute of silence for whoever asks for more. `now` is in milliseconds. */
export function createRateLimit(limit: number, now: () => number): RateLimit {
  let windowEnds = 0
  let taken = 0
  let blocked = false
  return {
    take() {
      const time = now()
      if (time >= windowEnds) {
        windowEnds = time + MINUTE
        taken = 0
        blocked = false
      }
      taken += 1
      if (taken > limit && !blocked) {
        blocked = true
        windowEnds = time + MINUTE
      }
      const resetAt = Math.ceil(windowEnds / 1000)
      if (blocked) {
        return { allowed: false, limit, remaining: 0, retryAfter: Math.ceil((windowEnds - time) / 1000), resetAt }
      }
      return { allowed: true, limit, remaining: limit - taken, retryAfter: 0, resetAt }
    },
  }
}
