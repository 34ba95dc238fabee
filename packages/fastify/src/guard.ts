import type { Auth, Gateway, Provider, ProvidersOf, RegisteredGateway, Requirement } from '@postern/core'
import type { LoadAuth, RequireSignIn } from '@postern/node'
import { authOf, configuredGuard, type Guard, loadGuard, signInGuard } from '@postern/node'
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify'
import { act } from './reply.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Guards the route as `requireSignIn` does, `'required'` with nothing more to ask. `'optional'` lets everyone
     * pass, as `loadAuth` does.
     */
    readonly auth?: 'required' | 'optional' | Requirement<ProvidersOf<RegisteredGateway>>
  }
}

/**
 * An `onRequest` hook, for a route or with `addHook` for a scope: only requests that meet the requirement go on.
 * Denies when anything fails, and throws `gateway_not_mounted` where no gateway is mounted.
 */
export const requireSignIn: RequireSignIn<onRequestHookHandler> = (options = {}) => hookOf(signInGuard(options))

/** An `onRequest` hook for routes that read `auth` without a guard. Only sessions kept in a store need it. */
export const loadAuth: LoadAuth<onRequestHookHandler> = (options) => hookOf(loadGuard(options))

function hookOf(guard: Guard): onRequestHookHandler {
  return ({ server, raw }, reply, done) => act(guard(server, raw), reply, done)
}

/** Guards routes that ask for it in their config, under `name`. Declaring one that asks nonsense throws. */
export function guardConfiguredRoutes(app: FastifyInstance, name: string, gateway: Gateway): void {
  const guardFor = (config: object = {}): onRequestHookHandler | undefined =>
    // Asking whether it is there: a value that came out `undefined` by mistake must not open the route.
    Object.hasOwn(config, name) ? hookOf(configuredGuard(Reflect.get(config, name), gateway)) : undefined
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
  return authOf(server, raw, gateway)
}
