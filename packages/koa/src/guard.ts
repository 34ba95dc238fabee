import { type Guard as Asks, type LoadAuth, loadGuard, type RequireSignIn, signInGuard } from '@postern/node'
import type { ExtendableContext, Next } from 'koa'
import { sendReply } from './reply.ts'
import { refuseGap } from './router-gap.ts'

/** Middleware that fits any state and any context, in an application and in a router. */
export type Guard = (ctx: ExtendableContext, next: Next) => Promise<void>

/**
 * Middleware for a route, a router or an application: only requests that meet the requirement go on. Denies when
 * anything fails, and throws `gateway_not_mounted` where the gateway's middleware has not run before.
 */
export const requireSignIn: RequireSignIn<Guard> = (options = {}) => middlewareOf(signInGuard(options))

/** Middleware for routes that read `auth` without a guard. Only sessions kept in a store need it. */
export const loadAuth: LoadAuth<Guard> = (options) => middlewareOf(loadGuard(options))

function middlewareOf(ask: Asks): Guard {
  return async function guard(ctx, next) {
    refuseGap(ctx, guard)
    const verdict = ask(ctx.req, ctx.req, ctx.originalUrl)
    const decision = 'then' in verdict ? await verdict : verdict
    if (decision.type === 'reply') sendReply(ctx, decision)
    else await next()
  }
}
