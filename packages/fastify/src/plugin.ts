import cookie from '@fastify/cookie'
import { type Auth, GatewayError, type ProvidersOf, type RegisteredGateway } from '@postern/core'
import { type Mount, visitOf } from '@postern/node'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
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
  app.addHook('preClose', () => gateway.close())
  await mountRoutes(app, mount)
}

// biome-ignore lint/style/noDefaultExport: it is how Fastify plugins are imported, and how autoload finds them
export default fp(postern, { name: '@postern/fastify', fastify: '5.x' })
