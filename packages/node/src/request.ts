import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { GatewayRequest } from '@postern/core'
import { readForm } from './form.ts'
import { readParsedForm } from './parsed-form.ts'

/**
 * What a framework knows better than the message: a target it has rewritten, a form it has read, a client address behind
 * trusted proxies.
 */
export interface KnownRequest extends Partial<Pick<GatewayRequest, 'target' | 'form' | 'clientAddress'>> {
  /** Where the body comes from, when hooks of the framework have put something in between. Default: the message. */
  readonly body?: Readable
}

/** A Node request as the core wants it: by reference, with nothing parsed. */
export function toGatewayRequest(message: IncomingMessage, known?: KnownRequest): GatewayRequest {
  const { headers } = message
  return {
    method: message.method ?? 'GET',
    target: known?.target ?? message.url ?? '/',
    headers,
    rawHeaders: message.rawHeaders,
    form:
      known?.form ??
      (() => (known?.body === undefined ? readParsedForm(message, message) : readForm(known.body, headers))),
    clientAddress: known?.clientAddress,
  }
}
