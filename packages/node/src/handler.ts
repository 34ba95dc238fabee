import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Gateway, Provider, Visit } from '@postern/core'
import { toGatewayRequest } from './request.ts'
import { sendReply } from './response.ts'
import { createPathMatcher, pathOf } from './route.ts'
import { visitOf } from './visit.ts'

/** Answers everything that is not the gateway's, and is told who asks. */
export type NextHandler<P extends Provider = Provider> = (
  message: IncomingMessage,
  response: ServerResponse,
  visit: Visit<P>,
) => void

/**
 * A gateway as a listener for `node:http`: it answers the gateway's own paths, and hands everything else to
 * `next`. Without `next` it answers everything, which suits a process that is nothing but a gateway.
 *
 * This is a whole adapter. `docs/writing-an-adapter.md` walks through it.
 */
export function createHandler<P extends Provider>(gateway: Gateway<P>, next?: NextHandler<P>): RequestListener {
  const isOwnPath = createPathMatcher(gateway.routes)
  return (message, response) => {
    if (next !== undefined && !isOwnPath(pathOf(message.url ?? '/'))) {
      return next(message, response, visitOf(gateway, message))
    }
    return answer(gateway, message, response).catch(() => response.destroy())
  }
}

async function answer(gateway: Gateway, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = toGatewayRequest(message, { clientAddress: message.socket.remoteAddress })
  sendReply(response, await gateway.handle(request))
}
