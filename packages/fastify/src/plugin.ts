import type { Auth, ProvidersOf, RegisteredGateway } from '@postern/core'
import { addMount, createClosing, type Mount, nameTaken, settlementOf, visitOf } from '@postern/node'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { guardConfiguredRoutes } from './guard.ts'
import { add } from './reply.ts'
import { mountRoutes } from './routes.ts'

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

const postern: FastifyPluginAsync<PosternOptions> = async (app, options) => {
  const { gateway, decoratorName = 'auth' } = options
  if (app.hasRequestDecorator(decoratorName)) throw nameTaken(`request.${decoratorName}`, 'decoratorName')
  addMount(app, options)
  app.decorateRequest(decoratorName, {
    getter(this: FastifyRequest) {
      return visitOf(gateway, this.raw).auth
    },
  })
  guardConfiguredRoutes(app, decoratorName, gateway)
  app.addHook('onSend', ({ raw }, reply, _payload, done) => {
    add(reply, settlementOf(gateway, raw, reply.getHeader('cache-control')))
    done()
  })
  // Fastify closes connections between the two, and fails its own close when the first takes too long.
  const closing = createClosing(gateway, app.initialConfig.pluginTimeout)
  app.addHook('preClose', closing.begin).addHook('onClose', closing.finish)
  await mountRoutes(app, options)
}

// biome-ignore lint/style/noDefaultExport: it is how Fastify plugins are imported, and how autoload finds them
export default fp(postern, { name: '@postern/fastify', fastify: '5.x' })
