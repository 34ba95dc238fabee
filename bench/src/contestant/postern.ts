import {
  createGateway,
  defineProvider,
  type Gateway,
  insecureLoopback,
  memoryStore,
  type Provider,
} from '@postern/core'
import postern, { requireSignIn } from '@postern/fastify'
import { type PosternState, postern as posternForKoa, requireSignIn as requireSignInOnKoa } from '@postern/koa'
import { createHandler } from '@postern/node'
import { redisStore } from '@postern/redis'
import Fastify from 'fastify'
import Koa from 'koa'
import { ANSWER, type Contestant, type Setting } from './contestant.ts'
import { listening } from './floor.ts'

export const posternFastify: Contestant = {
  async start(setting) {
    const gateway = createBenchGateway(setting)
    const app = Fastify()
    await app.register(postern, { gateway })
    app.get('/open', async () => ANSWER)
    app.get('/guarded', { onRequest: requireSignIn({ gateway }) }, async (request) => ({
      ...ANSWER,
      name: request.auth.user?.name,
    }))
    await app.listen({ port: setting.port, host: '127.0.0.1' })
  },
}

export const posternKoa: Contestant = {
  start(setting) {
    const gateway = createBenchGateway(setting)
    const app = new Koa<PosternState<typeof gateway>>()
    const guard = requireSignInOnKoa({ gateway })
    app.use(posternForKoa(gateway))
    app.use(async (ctx) => {
      if (ctx.path !== '/guarded') {
        ctx.body = ANSWER
        return
      }
      await guard(ctx, async () => {
        ctx.body = { ...ANSWER, name: ctx.state.auth.user?.name }
      })
    })
    return listening(app.callback(), setting.port)
  },
}

export const posternNode: Contestant = {
  start(setting) {
    const handler = createHandler(createBenchGateway(setting), (_request, response, visit) => {
      const decision = visit.guard({})
      if ('then' in decision || decision.type !== 'next') {
        response.writeHead(401).end()
        return
      }
      const body = JSON.stringify({ ...ANSWER, name: visit.auth.user?.name })
      response.setHeader('content-type', 'application/json; charset=utf-8')
      response.setHeader('content-length', Buffer.byteLength(body))
      response.end(body)
    })
    return listening(handler, setting.port)
  },
}

// Not a secret of anything: it seals sessions of a benchmark on loopback.
const SECRET = 'b3nch-0nly-Zx8Qk2mR5tV7yB0dF3gH6jL9nP1sU4wA'

function createBenchGateway(setting: Setting): Gateway {
  const count = Number(/^providers-(\d+)$/.exec(setting.variant)?.[1] ?? 1)
  const proxy = { '/api': { target: `${setting.provider.origin}/api`, provider: 'bench' } }
  return createGateway({
    origin: `http://127.0.0.1:${setting.port}`,
    secrets: [SECRET],
    providers: Array.from({ length: count }, (_, index) => benchProvider(setting, index)),
    proxy,
    ...storeOf(setting.variant),
  })
}

function storeOf(variant: string): object {
  if (variant === 'memory') return { store: memoryStore() }
  if (variant === 'redis')
    return {
      store: redisStore({
        url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
        prefix: `postern-bench-${process.pid}`,
      }),
    }
  return {}
}

function benchProvider({ provider }: Setting, index: number): Provider {
  return defineProvider({
    protocol: 'oauth2',
    id: index === 0 ? 'bench' : `bench-${index}`,
    name: 'Bench',
    clientId: provider.clientId,
    clientAuthentication: { method: 'client_secret_post', clientSecret: provider.clientSecret },
    loopback: insecureLoopback,
    endpoints: { authorization: `${provider.origin}/authorize`, token: `${provider.origin}/token` },
    apiOrigins: [provider.origin],
    identify: async () => ({ id: 'user-1', name: ANSWER.name }),
  })
}
