import type { Auth, Gateway, Provider, ProvidersOf, RegisteredGateway, Requirement, Visit } from '@postern/core'
import { admitEveryone, checkRequirement, mountFor, type Verdict, visitOf } from '@postern/node'
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify'
import { act } from './reply.ts'
import { isOwnRoute, MOUNTS } from './scope.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Guards the route as `requireSignIn` does, `'required'` with nothing more to ask. `'optional'` lets everyone
     * pass, as `loadAuth` does.
     */
    readonly auth?: 'required' | 'optional' | Requirement<ProvidersOf<RegisteredGateway>>
  }
}

/** A requirement, and the gateway that decides where several are mounted. */
export type GuardOptions<G extends Gateway> = Requirement<ProvidersOf<G>> & { readonly gateway: G }

/** Any of them, when the type has forgotten the providers. */
type AnyGuardOptions = { readonly gateway?: Gateway } & { readonly [Name in keyof Requirement]?: unknown }

/**
 * An `onRequest` hook, for a route or with `addHook` for a scope: only requests that meet the requirement go on.
 * Denies when anything fails, and throws `gateway_not_mounted` where no gateway is mounted.
 */
export function requireSignIn<G extends Gateway>(options: GuardOptions<G>): onRequestHookHandler
export function requireSignIn(requirement?: Requirement<ProvidersOf<RegisteredGateway>>): onRequestHookHandler
export function requireSignIn({ gateway, ...rest }: AnyGuardOptions = {}): onRequestHookHandler {
  const requirement = checkRequirement(rest, gateway)
  return guard(gateway, (visit) => visit.guard(requirement))
}

/** An `onRequest` hook for routes that read `auth` without a guard. Only sessions kept in a store need it. */
export function loadAuth({ gateway }: { readonly gateway?: Gateway } = {}): onRequestHookHandler {
  return guard(gateway, admitEveryone)
}

function guard(gateway: Gateway | undefined, decide: (visit: Visit) => Verdict): onRequestHookHandler {
  return (request, reply, done) => {
    // A scope-wide guard reaches the gateway's own routes too, and a login behind a login is a loop.
    if (isOwnRoute(request)) return done()
    const mount = mountFor(request.server[MOUNTS], gateway)
    act(decide(visitOf(mount.gateway, request.raw)), mount, reply, done)
  }
}

/** Guards routes that ask for it in their config, under `name`. Declaring one that asks nonsense throws. */
export function guardConfiguredRoutes(app: FastifyInstance, name: string, gateway: Gateway): void {
  const guardFor = (config: object = {}): onRequestHookHandler | undefined => {
    // Asking whether it is there: a value that came out `undefined` by mistake must not open the route.
    if (!Object.hasOwn(config, name)) return undefined
    const asked: unknown = Reflect.get(config, name)
    return asked === 'optional'
      ? loadAuth({ gateway })
      : requireSignIn({ ...checkRequirement(asked, gateway), gateway })
  }
  app.addHook('onRoute', (route) => {
    const guard = guardFor(route.config)
    if (guard !== undefined) route.onRequest = [guard, ...[route.onRequest ?? []].flat()]
  })
  // Fastify calls onRoute for later routes only. Where there are earlier ones, each request looks for itself.
  if (app.printRoutes() === '(empty tree)') return
  app.addHook('onRequest', function guardEarlierRoutes(request, reply, done) {
    const guard = guardFor(request.routeOptions.config)
    if (guard === undefined) done()
    else guard.call(this, request, reply, done)
  })
}

/**
 * Who is asking, with the providers and users of exactly this gateway: `request.auth` without declaration
 * merging. Throws `gateway_not_mounted`.
 */
export function getAuth<P extends Provider>({ server, raw }: FastifyRequest, gateway: Gateway<P>): Auth<P> {
  mountFor(server[MOUNTS], gateway)
  return visitOf(gateway, raw).auth
}
