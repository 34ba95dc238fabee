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

export function createDeadline(expire: (meaning: ErrorCode) => void): Deadline {
  let timer: NodeJS.Timeout | undefined
  let duration = 0
  let meaning: ErrorCode = 'upstream_timeout'
  let isOver = false

  const pause = (): void => {
    clearTimeout(timer)
    timer = undefined
  }
  return {
    wait(milliseconds, next) {
      if (isOver) return
      meaning = next
      if (timer !== undefined && duration === milliseconds) {
        timer.refresh()
        return
      }
      clearTimeout(timer)
      duration = milliseconds
      timer = setTimeout(() => expire(meaning), milliseconds)
    },
    extend: () => void timer?.refresh(),
    pause,
    end() {
      isOver = true
      pause()
    },
  }
}
