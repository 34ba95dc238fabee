import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type Gateway, GatewayError, type Provider, type Visit } from '@postern/core'
import { createEntrance } from './entrance.ts'
import { sendReply } from './response.ts'
import { pathOf } from './route.ts'
import { visitOf } from './visit.ts'

/**
 * Answers everything that is not the gateway's, and is told who asks. What the gateway throws in there, when its store is
 * away for instance, is answered with its status; what else is thrown goes where Node puts it.
 */
export type NextHandler<P extends Provider = Provider> = (
  message: IncomingMessage,
  response: ServerResponse,
  visit: Visit<P>,
) => void

/**
 * A gateway as a listener for `node:http`: it answers the gateway's own paths, and hands everything else to
 * `next`. Without `next` it answers everything, which suits a process that is nothing but a gateway.
 *
 * Throws `config_invalid` for what is no gateway, or no function.
 *
 * This is a whole adapter. `docs/writing-an-adapter.md` walks through it.
 */
export function createHandler<P extends Provider>(gateway: Gateway<P>, next?: NextHandler<P>): RequestListener {
  const { owns, answer } = createEntrance({ gateway })
  if (next !== undefined && typeof next !== 'function') {
    throw new GatewayError('config_invalid', {
      advice: 'createHandler takes a gateway and a function, and no options.',
    })
  }

  const respond = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reply = await answer(message, response, { clientAddress: message.socket.remoteAddress })
    if (reply !== undefined) sendReply(response, reply)
  }
  return (message, response) => {
    if (next !== undefined && !owns(pathOf(message.url ?? '/'))) {
      return handOver(() => next(message, response, visitOf(gateway, message)), response)
    }
    return respond(message, response).catch(() => response.destroy())
  }
}

function handOver(run: () => unknown, response: ServerResponse): void | Promise<void> {
  const fail = (error: unknown): void => {
    if (!(error instanceof GatewayError)) throw error
    sendError(response, error)
  }
  try {
    const running = run()
    if (running instanceof Promise) return running.then(() => undefined, fail)
  } catch (error) {
    return fail(error)
  }
}

function sendError(response: ServerResponse, { status, headers, expose, title, message }: GatewayError): void {
  if (response.headersSent) return void response.destroy()
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
  response.end(expose ? message : title)
}
