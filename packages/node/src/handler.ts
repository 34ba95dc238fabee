import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Gateway, Provider, Visit } from '@postern/core'
import { createEntrance } from './entrance.ts'
import { sendReply } from './response.ts'
import { pathOf } from './route.ts'
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
  const { owns, answer } = createEntrance({ gateway })

  const respond = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reply = await answer(message, response, { clientAddress: message.socket.remoteAddress })
    if (reply !== undefined) sendReply(response, reply)
  }
  return (message, response) => {
    if (next !== undefined && !owns(pathOf(message.url ?? '/'))) {
      return next(message, response, visitOf(gateway, message))
    }
    return respond(message, response).catch(() => response.destroy())
  }
}
