import type { Auth, Gateway, ProvidersOf, Settlement } from '@postern/core'
import {
  addMount,
  createEntrance,
  type Entrance,
  lazyProperty,
  type Mount,
  nameTaken,
  pathOf,
  readParsedForm,
  settlementOf,
  visitOf,
} from '@postern/node'
import type { ExtendableContext, Middleware } from 'koa'
import { add, addThrown, sendReply } from './reply.ts'

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
  options: PosternOptions<Name> = {},
): Middleware<PosternState<G, Name>> {
  const mount: Mount = { ...options, gateway }
  const entrance = createEntrance(mount, ['stateName'])
  const name = options.stateName ?? 'auth'
  const defineAuth = lazyProperty(name, (ctx: ExtendableContext) => visitOf(gateway, ctx.req, ctx.originalUrl).auth)
  return async function postern(ctx, next) {
    if (name in ctx.state) throw nameTaken(`ctx.state.${name}`, 'stateName')
    addMount(ctx.req, mount)
    defineAuth(ctx.state, ctx)
    const target = targetOf(ctx)
    if (entrance.owns(pathOf(target))) return answer(ctx, target, entrance)
    const due = (): Settlement | undefined => settlementOf(gateway, ctx.req, ctx.res.getHeader('cache-control'))
    try {
      await next()
    } catch (error) {
      throw addThrown(ctx, error, due())
    }
    add(ctx, due())
  }
}

/** Koa answers with what the gateway replies; what is forwarded, it leaves to the target. */
async function answer(ctx: ExtendableContext, target: string, entrance: Entrance): Promise<void> {
  const form = (): Promise<URLSearchParams> => readParsedForm(ctx.req, ctx.request)
  const takeOver = (): void => void Object.assign(ctx, { respond: false })
  const reply = await entrance.answer(ctx.req, ctx.res, { target, form, clientAddress: ctx.ip, takeOver })
  if (reply !== undefined) sendReply(ctx, reply)
}

/**
 * The target that decides whether a request is for the gateway: as the browser sees it, but for what the application has
 * rewritten. `koa-mount` takes prefixes off `ctx.path`, once or several times, and leaves `ctx.mountPath` behind
 * afterwards; what remains is a tail of the original path. Anything else is a rewrite.
 */
function targetOf(ctx: ExtendableContext): string {
  const { url, originalUrl } = ctx
  // Before `ctx.path`, which throws for an address that is none.
  if (url === originalUrl) return originalUrl
  const { path } = ctx
  return path === '/' || pathOf(originalUrl).endsWith(path) ? originalUrl : url
}
