import type { IncomingMessage } from 'node:http'
import { type ForwardLimits, GatewayError } from '@postern/core'

/**
 * Watches a request body on its way: one that grows too large, or stops coming, ends the exchange. Call it when the
 * body begins to flow, and not before: to watch is to let it flow.
 */
export function watchUpload(
  message: IncomingMessage,
  limits: ForwardLimits,
  stop: (error: GatewayError) => void,
): void {
  let bytes = 0
  const idle = setTimeout(() => stop(new GatewayError('request_timeout')), limits.idleTimeout)
  message.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    idle.refresh()
    if (bytes > limits.maxBodyBytes) stop(new GatewayError('body_too_large'))
  })
  message.once('close', () => clearTimeout(idle))
  message.once('end', () => clearTimeout(idle))
}
