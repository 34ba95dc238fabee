import type { Settlement } from '@postern/core'
import { addLines, type Outcome, withSettlement } from '@postern/node'
import type { ExtendableContext } from 'koa'

/** Makes a reply of the gateway the response, or throws the failure in it for the application to handle. */
export function sendReply(ctx: ExtendableContext, outcome: Outcome): void {
  if (outcome.thrown !== undefined) throw addThrown(ctx, outcome.thrown, outcome)
  // A media type from upstream would turn the empty body of a redirect into the JSON text `null`.
  if (outcome.body === undefined) ctx.remove('Content-Type')
  // Before the body, which would guess the type of a text that has none.
  add(ctx, outcome)
  // The body before the status, because `null` makes it 204.
  ctx.body = outcome.body ?? null
  ctx.status = outcome.status
}

/** Adds lines to the response. Not with `ctx.cookies`: it signs behind our back, and throws behind a TLS proxy. */
export function add(ctx: ExtendableContext, settlement: Settlement | undefined): void {
  if (settlement !== undefined && !ctx.headerSent) addLines(ctx.res, settlement)
}

/**
 * Adds lines to the response and to an error on its way: Koa removes all headers when it handles an error itself, and
 * sets those of the error.
 */
export function addThrown(ctx: ExtendableContext, error: unknown, settlement: Settlement | undefined): unknown {
  add(ctx, settlement)
  return settlement === undefined ? error : withSettlement(error, settlement)
}
