import { type Auth, type Gateway, GatewayError, type ProvidersOf } from '@postern/core'
import {
  createForwarding,
  createPathMatcher,
  createPrefixMatcher,
  type Forwarding,
  type Mount,
  pathOf,
  toGatewayRequest,
  visitOf,
  visitSoFar,
} from '@postern/node'
import type { ExtendableContext, Middleware } from 'koa'
import { readBody } from './body.ts'
import { addMount, targetOf } from './context.ts'
import { add, sendReply } from './reply.ts'

/** What the middleware adds to `ctx.state`: `new Koa<PosternState<typeof gateway>>()`. */
export type PosternState<G extends Gateway, Name extends string = 'auth'> = {
  /** Who is asking. Costs nothing until it is read. */
  readonly [K in Name]: Auth<ProvidersOf<G>>
}

export interface PosternOptions<Name extends string = 'auth'> extends Pick<Mount, 'failures'> {
  /** Name of the property of `ctx.state`. Default `auth`; two gateways need two. */
  readonly stateName?: Name
}

/**
 * Answers the gateway's own paths, and tells everything downstream who is asking. One `app.use` is enough, above
 * the routes; a body parser may stand above it, below it or nowhere. What is forwarded has to be above any parser.
 */
export function postern<G extends Gateway, Name extends string = 'auth'>(
  gateway: G,
  { stateName, failures }: PosternOptions<Name> = {},
): Middleware<PosternState<G, Name>> {
  const mount: Mount = { gateway, failures }
  const isOwnPath = createPathMatcher(gateway.routes)
  const isForwarded = createPrefixMatcher(gateway.prefixes)
  const forwarding = createForwarding(gateway)
  return async function postern(ctx, next) {
    const target = targetOf(ctx)
    addMount(ctx.req, mount)
    defineAuth(ctx.state, stateName ?? 'auth', () => visitOf(gateway, ctx.req, ctx.originalUrl).auth)
    const path = pathOf(target)
    if (isOwnPath(path)) return answer(ctx, target, mount)
    if (isForwarded(path)) return forward(ctx, target, mount, forwarding)
    await next()
    const cacheControl = ctx.res.getHeader('cache-control')?.toString()
    const settlement = visitSoFar(gateway, ctx.req)?.settle(cacheControl)
    if (settlement !== undefined) add(ctx, settlement)
  }
}

async function answer(ctx: ExtendableContext, target: string, mount: Mount): Promise<void> {
  const request = toGatewayRequest(ctx.req, { target, form: () => readBody(ctx), clientAddress: ctx.ip })
  sendReply(ctx, await mount.gateway.handle(request), mount)
}

/** Koa answers with what the gateway replies; what it forwards, it leaves to the target. */
async function forward(ctx: ExtendableContext, target: string, mount: Mount, forwarding: Forwarding): Promise<void> {
  const decision = await mount.gateway.forward(toGatewayRequest(ctx.req, { target, clientAddress: ctx.ip }))
  if (decision.type === 'reply') return sendReply(ctx, decision, mount)
  ctx.respond = false
  await forwarding(decision, ctx.req, ctx.res)
}

function defineAuth(state: object, name: string, get: () => Auth): void {
  if (name in state) {
    throw new GatewayError('config_invalid', { advice: `ctx.state.${name} exists already: choose another stateName.` })
  }
  Object.defineProperty(state, name, { get, enumerable: true })
}
