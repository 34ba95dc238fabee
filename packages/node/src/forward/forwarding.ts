import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Forward } from '@postern/core'
import { exchange } from './exchange.ts'
import { createPools } from './pools.ts'

/** Streams forwarded requests and their answers. One for each mounted gateway: it holds the connections. */
export interface Forwarding {
  /**
   * Sends the request on and streams the answer back; takes the response over. Never rejects: what goes wrong before
   * the head is a reply of the gateway, what goes wrong after it is a broken transfer.
   */
  forward(decision: Forward, message: IncomingMessage, response: ServerResponse): Promise<void>
  /** Lets exchanges under way finish, within 20 seconds, and closes the connections. */
  close(): Promise<void>
}

/** Opens no connection, and loads no HTTP client, before the first request is forwarded. */
export function createForwarding(): Forwarding {
  const pools = createPools()
  return {
    async forward(decision, message, response) {
      const pool = await pools.get(decision)
      await exchange(pool, decision, message, response)
    },
    close: pools.close,
  }
}
