import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Gateway, Provider, Visit } from '@postern/core'
import { createForwarding } from './forward/forwarding.ts'
import { toGatewayRequest } from './request.ts'
import { sendReply } from './response.ts'
import { createPathMatcher, createPrefixMatcher, pathOf } from './route.ts'
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
  const isForwarded = createPrefixMatcher(gateway.prefixes)
  const forward = createForwarding(gateway)

  const answer = async (message: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    const request = toGatewayRequest(message, { clientAddress: message.socket.remoteAddress })
    const decision = await (isForwarded(path) ? gateway.forward(request) : gateway.handle(request))
    if (decision.type === 'reply') sendReply(response, decision)
    else await forward(decision, message, response)
  }
  return (message, response) => {
    const path = pathOf(message.url ?? '/')
    if (next !== undefined && !isOwnPath(path) && !isForwarded(path)) {
      return next(message, response, visitOf(gateway, message))
    }
    return answer(message, response, path).catch(() => response.destroy())
  }
}
