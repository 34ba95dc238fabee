import type { IncomingMessage } from 'node:http'
import type { GatewayRequest } from '@postern/core'
import { readForm } from './form.ts'

/**
 * A Node request as the core wants it: by reference, with nothing parsed.
 *
 * @param known what the framework knows better: a target it has rewritten, a body it has read, a client
 *   address behind trusted proxies
 */
export function toGatewayRequest(
  message: IncomingMessage,
  known?: Partial<Pick<GatewayRequest, 'target' | 'form' | 'clientAddress'>>,
): GatewayRequest {
  const { headers } = message
  return {
    method: message.method ?? 'GET',
    target: known?.target ?? message.url ?? '/',
    headers,
    rawHeaders: message.rawHeaders,
    form: known?.form ?? (() => readForm(message, headers)),
    clientAddress: known?.clientAddress,
  }
}
