import type { ServerResponse } from 'node:http'
import {
  createGateway,
  defineProvider,
  type Gateway,
  insecureLoopback,
  memoryStore,
  type Next,
  type Provider,
  type Reply,
  type Store,
  type Visit,
} from '@postern/core'
import postern, { requireSignIn } from '@postern/fastify'
import { type PosternState, postern as posternForKoa, requireSignIn as requireSignInOnKoa } from '@postern/koa'
import { createHandler, sendReply, settle } from '@postern/node'
import { redisStore } from '@postern/redis'
import Fastify from 'fastify'
import Koa from 'koa'
import { ANSWER, type Contestant, REDIS_URL, type Setting } from './contestant.ts'
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
      const act = (decision: Next | Reply): void => {
        if (decision.type === 'reply') sendReply(response, decision)
        else sendGuarded(response, visit)
      }
      const decision = visit.guard({})
      // Only a store takes time.
      if (decision instanceof Promise) decision.then(act, () => response.destroy())
      else act(decision)
    })
    return listening(handler, setting.port)
  },
}

function sendGuarded(response: ServerResponse, visit: Visit): void {
  const body = JSON.stringify({ ...ANSWER, name: visit.auth.user?.name })
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('content-length', Buffer.byteLength(body))
  settle(response, visit)
  response.end(body)
}

// Not a secret of anything: it seals sessions of a benchmark on loopback.
const SECRET = 'b3nch-0nly-Zx8Qk2mR5tV7yB0dF3gH6jL9nP1sU4wA'

function createBenchGateway(setting: Setting): Gateway {
  return createGateway({
    origin: `http://127.0.0.1:${setting.port}`,
    secrets: [SECRET],
    providers: Array.from({ length: setting.providers }, (_, index) => benchProvider(setting, index)),
    proxy: { '/api': { target: `${setting.provider.origin}/api`, provider: 'bench' } },
    ...storeOf(setting.session),
  })
}

function storeOf(session: Setting['session']): { readonly store?: Store } {
  switch (session) {
    case 'sealed':
      return {}
    case 'memory':
      return { store: memoryStore() }
    case 'redis':
      return { store: redisStore({ url: REDIS_URL, prefix: `postern-bench-${process.pid}` }) }
  }
}

function benchProvider({ provider, protocol }: Setting, index: number): Provider {
  const facts = {
    id: index === 0 ? 'bench' : `bench-${index}`,
    name: 'Bench',
    clientId: provider.clientId,
    clientAuthentication: { method: 'client_secret_post', clientSecret: provider.clientSecret },
    loopback: insecureLoopback,
    apiOrigins: [provider.origin],
  } as const
  if (protocol === 'oauth2') {
    const endpoints = { authorization: `${provider.origin}/authorize`, token: `${provider.origin}/token` }
    // Nobody here asks the provider for a profile: what is measured is the exchange.
    return defineProvider({
      ...facts,
      protocol,
      endpoints,
      identify: async () => ({ id: 'user-1', name: ANSWER.name }),
    })
  }
  return defineProvider({
    ...facts,
    protocol: 'oidc',
    issuer: `${provider.origin}/${protocol}`,
    scope: ['openid', 'profile', 'email'],
    idTokenSignedResponseAlg: protocol === 'rs256' ? 'RS256' : 'ES256',
    userinfo: 'skip',
    identify: async ({ claims }) => ({ id: String(claims['sub']), name: String(claims['name']) }),
  })
}
