import { type Reply, type Settlement, serializeCookie } from '@postern/core'
import { withSettlement } from '@postern/node'
import type { ExtendableContext } from 'koa'

/** Makes a reply of the gateway the response, or throws the failure in it for the application to handle. */
export function sendReply(ctx: ExtendableContext, { status, body, error, ...settlement }: Reply): void {
  if (error !== undefined) throw addThrown(ctx, error, settlement)
  // A media type from upstream would turn the empty body of a redirect into the JSON text `null`.
  ctx.remove('Content-Type')
  // The body before the status, because `null` makes it 204, and before the headers, because it guesses a type.
  ctx.body = body ?? null
  ctx.status = status
  add(ctx, settlement)
}

/** Adds lines to the response. Not with `ctx.cookies`: it signs behind our back, and throws behind a TLS proxy. */
export function add(ctx: ExtendableContext, { headers, cookies }: Settlement = NOTHING): void {
  for (const [name, value] of headers) {
    if (name === 'vary') ctx.vary(value)
    else ctx.set(name, value)
  }
  for (const cookie of cookies) ctx.append('Set-Cookie', serializeCookie(cookie))
}

/**
 * Adds lines to the response and to an error on its way: Koa removes all headers when it handles an error itself, and
 * sets those of the error.
 */
export function addThrown(ctx: ExtendableContext, error: unknown, settlement: Settlement = NOTHING): unknown {
  add(ctx, settlement)
  return settlement === NOTHING ? error : withSettlement(error, settlement)
}

const NOTHING: Settlement = { headers: [], cookies: [] }
