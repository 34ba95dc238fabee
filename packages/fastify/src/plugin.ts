import cookie from '@fastify/cookie'
import { type Auth, type Gateway, GatewayError, type ProvidersOf, type RegisteredGateway } from '@postern/core'
import { type Mount, visitOf } from '@postern/node'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { guardConfiguredRoutes } from './guard.ts'
import { settle } from './reply.ts'
import { mountRoutes } from './routes.ts'
import { MOUNTS } from './scope.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking. Costs nothing until it is read. */
    readonly auth: Auth<ProvidersOf<RegisteredGateway>>
  }
}

export interface PosternOptions extends Mount {
  /** Name of the property of requests, and of the key in route config. Default `auth`; two gateways need two. */
  readonly decoratorName?: string
}

const postern: FastifyPluginAsync<PosternOptions> = async (app, { decoratorName = 'auth', ...mount }) => {
  const { gateway } = mount
  if (gateway === undefined || app.hasRequestDecorator(decoratorName)) {
    const taken = `request.${decoratorName} exists already: give this gateway another decoratorName.`
    const advice = gateway === undefined ? 'Pass a gateway: app.register(postern, { gateway }).' : taken
    throw new GatewayError('config_invalid', { advice })
  }
  if (!app.hasReplyDecorator('setCookie')) await app.register(cookie)
  app[MOUNTS] = [...(app[MOUNTS] ?? []), mount]
  app.decorateRequest(decoratorName, {
    getter(this: FastifyRequest) {
      return visitOf(gateway, this.raw).auth
    },
  })
  guardConfiguredRoutes(app, decoratorName, gateway)
  app.addHook('onSend', settle(gateway))
  closeWith(app, gateway)
  await mountRoutes(app, mount)
}

/** Part of `pluginTimeout` that the gateway's close may take before Fastify closes connections. */
const SHARE = 0.8

/**
 * Closes the gateway before the connections are closed, so that what is under way can be answered. Fastify fails its
 * own `close` when a `preClose` hook takes longer than `pluginTimeout`: what is left by then goes on in `onClose`,
 * which has no such limit.
 */
function closeWith(app: FastifyInstance, gateway: Gateway): void {
  let closing: Promise<void> | undefined
  app.addHook('preClose', () => {
    closing = gateway.close()
    const { pluginTimeout = 0 } = app.initialConfig
    return pluginTimeout > 0 ? Promise.race([closing, elapsed(pluginTimeout * SHARE)]) : closing
  })
  app.addHook('onClose', () => closing)
}

function elapsed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}

// biome-ignore lint/style/noDefaultExport: it is how Fastify plugins are imported, and how autoload finds them
export default fp(postern, { name: '@postern/fastify', fastify: '5.x' })
