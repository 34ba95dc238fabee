import { isReady } from './client.ts'
import type { Connection } from './connection.ts'
import { describeFailure } from './failure.ts'

/** What a store knows of its connection, to answer fast while that is of no use. */
export interface Health {
  /** Why there is no point in waiting for a connection any more; `undefined` when there is. */
  outage(): string | undefined
  /** Something came back. */
  answered(): void
  /** Nothing came back in time to what was begun at `began`; why, as far as is known. */
  missed(began: number): string
  /** Stops listening to the client. */
  retire(): void
}

/** @param timeout milliseconds: so long a connection that broke is waited for */
export function watchHealth({ client, renew }: Connection, timeout: number): Health {
  let downSince: number | undefined
  let lastAnswer = 0
  let lastFailure = 'is not connected'
  const onError = (error: unknown): void => {
    lastFailure = describeFailure(error)
  }
  // This too is a reason to listen: without a listener, the first connection that breaks would end the process.
  client.on('error', onError)

  return {
    outage() {
      if (isReady(client)) {
        downSince = undefined
        return undefined
      }
      downSince ??= performance.now()
      return performance.now() - downSince < timeout ? undefined : lastFailure
    },
    answered() {
      lastAnswer = performance.now()
    },
    missed(began) {
      if (!isReady(client)) return lastFailure
      if (lastAnswer < began) {
        // What was sent before is no evidence against the new connection.
        lastAnswer = performance.now()
        // TCP would take a quarter of an hour to notice that nobody is there any more.
        renew()
      }
      return `did not answer within ${timeout} ms`
    },
    retire: () => void client.off('error', onError),
  }
}
