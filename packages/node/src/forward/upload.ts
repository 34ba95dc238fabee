import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { type ForwardLimits, GatewayError } from '@postern/core'
import type { Deadline } from './deadline.ts'
import { createTokenWatch } from './token-watch.ts'

/** Whether a request has a body, or may have one. HTTP/2 needs no header to say so: it ends a stream with its head. */
export function hasBody(message: IncomingMessage | Http2ServerRequest): boolean {
  if ('stream' in message) return !message.stream.endAfterHeaders
  const { headers } = message
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/**
 * A request body on its way, at the pace of whoever is slower. Never destroys the message: its socket is the one that
 * the answer needs.
 *
 * @throws GatewayError `body_too_large`, `parameter_invalid` for a form with a token of its own, or `request_malformed`
 *   when the body breaks off
 */
export async function* upload(
  message: IncomingMessage,
  { maxBodyBytes, idleTimeout }: ForwardLimits,
  deadline: Deadline,
): AsyncGenerator<Buffer> {
  const holdsToken = createTokenWatch(message.headers)
  let bytes = 0
  try {
    deadline.wait(idleTimeout, 'request_timeout')
    for await (const chunk of message.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length
      if (bytes > maxBodyBytes) throw new GatewayError('body_too_large')
      if (holdsToken?.(chunk)) throw new GatewayError('parameter_invalid', { advice: ONE_TOKEN })
      deadline.wait(idleTimeout, 'upstream_timeout')
      yield chunk
      deadline.wait(idleTimeout, 'request_timeout')
    }
  } catch (error) {
    throw error instanceof GatewayError ? error : new GatewayError('request_malformed')
  } finally {
    // Whatever is left flows to nowhere: unread, it would block the connection and the answer with it.
    message.resume()
  }
}

const ONE_TOKEN = 'The form holds an access_token, and the gateway sends one already: leave it out.'
