import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Forward, type Gateway, GatewayError } from '@postern/core'
import { sendReply } from '../response.ts'
import { exchange } from './exchange.ts'
import { createPools } from './pools.ts'
import { hasBody } from './upload.ts'

/**
 * Sends a request on and streams the answer back: takes the response over, beside the headers it already has. Nobody
 * may have read the body. Resolves when the response is over, and never rejects: what goes wrong before the head is a
 * reply of the gateway, what goes wrong after it is a transfer that breaks off.
 */
export type Forwarding = (decision: Forward, message: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Makes what carries out the gateway's forwards: one for each mount, for it holds the connections. Opens none, and
 * loads no HTTP client, before the first request is forwarded. `gateway.close()` lets exchanges under way finish, within
 * its deadline, and closes the connections.
 */
export function createForwarding(gateway: Pick<Gateway, 'onClose'>): Forwarding {
  const pools = createPools()
  gateway.onClose(pools.close)
  return async (decision, message, response) => {
    if (hasBody(message) && wasRead(message)) {
      return sendReply(response, decision.failed(new GatewayError('body_already_read')))
    }
    const pool = pools.get(decision.upstream.origin, decision.limits)
    return exchange(pool instanceof Promise ? await pool : pool, decision, message, response)
  }
}

/** A body parser that runs before the gateway leaves nothing to send on. */
function wasRead(message: IncomingMessage): boolean {
  return message.readableDidRead || message.readableFlowing === true
}
