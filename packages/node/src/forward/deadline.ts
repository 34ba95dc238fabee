import type { ErrorCode } from '@postern/core'

/** The time one exchange has for what it is waiting for. */
export interface Deadline {
  /** Waits for something else from now on, for so many milliseconds; what it means when that does not come. */
  wait(milliseconds: number, meaning: ErrorCode): void
  /** Something came: starts over. */
  extend(): void
  /** Waits for nothing until `wait` is called again. */
  pause(): void
  /** Never expires any more, whatever is called. */
  end(): void
}

/**
 * One timer for all that an exchange waits for in turn: when it goes off too early, it is set again for the rest.
 */
export function createDeadline(expire: (meaning: ErrorCode) => void): Deadline {
  let timer: NodeJS.Timeout | undefined
  let timerAt = Number.POSITIVE_INFINITY
  let duration = Number.POSITIVE_INFINITY
  let expiresAt = Number.POSITIVE_INFINITY
  let meaning: ErrorCode = 'upstream_timeout'
  let isOver = false

  const set = (now: number): void => {
    clearTimeout(timer)
    timerAt = expiresAt
    timer = setTimeout(onTimer, expiresAt - now)
  }
  const onTimer = (): void => {
    timer = undefined
    timerAt = Number.POSITIVE_INFINITY
    const now = performance.now()
    // Timers may be early by less than a millisecond.
    if (expiresAt - now < 1) expire(meaning)
    else if (expiresAt !== Number.POSITIVE_INFINITY) set(now)
  }
  return {
    wait(milliseconds, next) {
      if (isOver) return
      const now = performance.now()
      meaning = next
      duration = milliseconds
      expiresAt = now + milliseconds
      if (expiresAt < timerAt) set(now)
    },
    extend() {
      expiresAt = performance.now() + duration
    },
    pause() {
      duration = Number.POSITIVE_INFINITY
      expiresAt = Number.POSITIVE_INFINITY
    },
    end() {
      isOver = true
      clearTimeout(timer)
    },
  }
}
