import { GatewayError, type Reply, type Settlement, serializeCookie } from '@postern/core'
import type { Mount } from '@postern/node'
import type { ExtendableContext } from 'koa'

/** Makes a reply of the gateway the response, or throws the failure in it for the application to handle. */
export function sendReply(ctx: ExtendableContext, reply: Reply, { failures }: Mount): void {
  const { status, body, error } = reply
  if (error !== undefined && failures === 'throw') {
    add(ctx, reply)
    throw withCookies(error, reply)
  }
  // A media type from upstream would turn the empty body of a redirect into the JSON text `null`.
  ctx.remove('Content-Type')
  // The body before the status, because `null` makes it 204, and before the headers, because it guesses a type.
  ctx.body = body ?? null
  ctx.status = status
  add(ctx, reply)
}

/** Adds lines to the response. Not with `ctx.cookies`: it signs behind our back, and throws behind a TLS proxy. */
export function add(ctx: ExtendableContext, { headers, cookies }: Settlement): void {
  for (const [name, value] of headers) {
    if (name === 'vary') ctx.vary(value)
    else ctx.set(name, value)
  }
  for (const cookie of cookies) ctx.append('Set-Cookie', serializeCookie(cookie))
}

/** Koa removes every header when something throws, and then sets those of the error: cookies have to be there. */
function withCookies(error: GatewayError, { cookies }: Reply): GatewayError {
  const headers = { ...error.headers, 'set-cookie': cookies.map(serializeCookie) }
  return Object.assign(new GatewayError(error.code, { ...error, cause: error }), { headers })
}
