import type { ServerResponse } from 'node:http'
import { type HeaderLine, type Reply, type Settlement, serializeCookie, type Visit } from '@postern/core'

/** Sends a reply of the gateway, beside the headers and cookies the response already has. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  add(response, reply)
  response.statusCode = reply.status
  response.end(reply.body)
}

/** Adds what a visit leaves behind to a response of the application. Call it before the headers are sent. */
export function settle(response: ServerResponse, visit: Visit): void {
  const cacheControl = response.getHeader('cache-control')
  const settlement = visit.settle(cacheControl === undefined ? undefined : String(cacheControl))
  if (settlement !== undefined) add(response, settlement)
}

function add(response: ServerResponse, { headers, cookies }: Settlement): void {
  for (const line of headers) addHeader(response, line)
  for (const cookie of cookies) response.appendHeader('set-cookie', serializeCookie(cookie))
}

/** Replaces what others have said, but for `Vary`: what they vary on still holds. */
function addHeader(response: ServerResponse, [name, value]: HeaderLine): void {
  if (name === 'vary') response.appendHeader(name, value)
  else response.setHeader(name, value)
}
