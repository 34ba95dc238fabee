import type { Gateway, ProvidersOf, RegisteredGateway, Requirement, Visit } from '@postern/core'
import { admitEveryone, checkRequirement, mountFor, type Verdict, visitOf } from '@postern/node'
import type { ExtendableContext, Next } from 'koa'
import { mountsOf } from './context.ts'
import { sendReply } from './reply.ts'

/** A requirement, and the gateway that decides where several are mounted. */
export type GuardOptions<G extends Gateway> = Requirement<ProvidersOf<G>> & { readonly gateway: G }

/** Middleware that fits any state and any context, in an application and in a router. */
export type Guard = (ctx: ExtendableContext, next: Next) => Promise<void>

/** Any of them, when the type has forgotten the providers. */
type AnyGuardOptions = { readonly gateway?: Gateway } & { readonly [Name in keyof Requirement]?: unknown }

/**
 * Middleware for a route, a router or an application: only requests that meet the requirement go on. Denies when
 * anything fails, and throws `gateway_not_mounted` where the gateway's middleware has not run before.
 */
export function requireSignIn<G extends Gateway>(options: GuardOptions<G>): Guard
export function requireSignIn(requirement?: Requirement<ProvidersOf<RegisteredGateway>>): Guard
export function requireSignIn({ gateway, ...rest }: AnyGuardOptions = {}): Guard {
  const requirement = checkRequirement(rest, gateway)
  return guard(gateway, (visit) => visit.guard(requirement))
}

/** Middleware for routes that read `auth` without a guard. Only sessions kept in a store need it. */
export function loadAuth({ gateway }: { readonly gateway?: Gateway } = {}): Guard {
  return guard(gateway, admitEveryone)
}

function guard(gateway: Gateway | undefined, decide: (visit: Visit) => Verdict): Guard {
  return async function guard(ctx, next) {
    const mount = mountFor(mountsOf(ctx.req), gateway)
    const asked = decide(visitOf(mount.gateway, ctx.req, ctx.originalUrl))
    const decision = 'then' in asked ? await asked : asked
    if (decision.type === 'reply') sendReply(ctx, decision, mount)
    else await next()
  }
}
