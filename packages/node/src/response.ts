import type { OutgoingHttpHeader, ServerResponse } from 'node:http'
import { type HeaderLine, type Reply, type Settlement, serializeCookie, type Visit } from '@postern/core'

/** Sends a reply of the gateway, beside the headers and cookies the response already has. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  addLines(response, reply)
  response.statusCode = reply.status
  response.end(reply.body)
}

/** Adds what a visit leaves behind to a response of the application. Call it before the headers are sent. */
export function settle(response: ServerResponse, visit: Visit): void {
  const cacheControl = response.getHeader('cache-control')
  const settlement = visit.settle(cacheControl === undefined ? undefined : String(cacheControl))
  if (settlement !== undefined) addLines(response, settlement)
}

/** Gives a response the headers that a framework has kept for it, before it is taken over. */
export function withHeaders(
  response: ServerResponse,
  headers: Readonly<Record<string, OutgoingHttpHeader | undefined>>,
): ServerResponse {
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value)
  return response
}

/** Adds headers and cookies to those that a response has. Call it before they are sent. */
export function addLines(response: ServerResponse, { headers, cookies }: Settlement): void {
  for (const line of headers) response.setHeader(line[0], valueBeside(response, line))
  for (const cookie of cookies) response.appendHeader('set-cookie', serializeCookie(cookie))
}

/**
 * The value to set on a response that may have such a header already: it replaces what others have said, but for `Vary`,
 * where what the others vary on still holds.
 */
export function valueBeside(response: { getHeader(name: string): unknown }, [name, value]: HeaderLine): string {
  const others = name === 'vary' ? response.getHeader(name) : undefined
  return others === undefined ? value : `${others}, ${value}`
}
