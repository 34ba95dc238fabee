import type { Gateway } from '@postern/core'

/** The end of a gateway in two steps. */
export interface Closing {
  /** Closes the gateway. Resolves when it has closed, or when the framework's patience nears its end. */
  begin(): Promise<void>
  /** Resolves when it has closed. */
  finish(): Promise<void>
}

/** Part of the framework's patience that closing may take before connections are closed. */
const SHARE = 0.8

/**
 * For frameworks that wait before they close connections, so that what is under way can be answered, but fail when
 * that takes too long.
 *
 * @param patience milliseconds; 0 and `undefined` are no limit
 */
export function createClosing(gateway: Pick<Gateway, 'close'>, patience = 0): Closing {
  let closing: Promise<void> | undefined
  return {
    begin() {
      closing = gateway.close()
      return patience > 0 ? Promise.race([closing, elapsed(patience * SHARE)]) : closing
    },
    async finish() {
      await closing
    },
  }
}

function elapsed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}
