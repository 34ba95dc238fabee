import type { Gateway } from '@postern/core'
import Fastify, { type FastifyInstance, type onRequestHookHandler } from 'fastify'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { NAVIGATION, scope, signIn } from '../test/sign-in.ts'
import postern, { getAuth, loadAuth, requireSignIn } from './index.ts'

async function mounted(gateway: Gateway = createCastleGateway()): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(postern, { gateway })
  return app
}

describe('requireSignIn', () => {
  it('lets nobody pass where no gateway is mounted, or another one', async () => {
    const other = { gateway: createCastleGateway({ basePath: '/other' }) }
    const guards: readonly (readonly [FastifyInstance, onRequestHookHandler])[] = [
      [Fastify(), requireSignIn()],
      [Fastify(), loadAuth()],
      [Fastify(), requireSignIn(other)],
      [await mounted(), requireSignIn(other)],
    ]
    for (const [app, guard] of guards) {
      app.get('/secret', { onRequest: guard }, () => 'secret')
      const response = await app.inject({ url: '/secret', headers: NAVIGATION })
      expect(response.json()).toMatchObject({ statusCode: 500, code: 'gateway_not_mounted' })
    }
  })

  it('lets nobody pass where it was not called, or asks for a provider the gateway does not have', async () => {
    const uncalled = [requireSignIn, loadAuth] as unknown as onRequestHookHandler[]
    // @ts-expect-error -- what a JavaScript user may write
    const misspelt = requireSignIn({ provider: 'catsle' })
    for (const guard of [...uncalled, misspelt]) {
      const app = await mounted()
      app.get('/secret', { onRequest: guard }, () => 'secret')
      const response = await app.inject({ url: '/secret', headers: NAVIGATION })
      expect(response.json()).toMatchObject({ statusCode: 500, code: 'config_invalid' })
    }
  })

  it('lets nobody pass in a scope beside the one the gateway is mounted in', async () => {
    const app = Fastify()
    await app.register(scope((it) => it.register(postern, { gateway: createCastleGateway() })))
    await app.register(scope((it) => it.get('/secret', { onRequest: requireSignIn() }, () => 'secret')))
    expect((await app.inject('/secret')).json()).toMatchObject({ code: 'gateway_not_mounted' })
  })

  it('guards a whole scope, not-found pages included, and nothing outside', async () => {
    const app = await mounted()
    await app.register(
      scope((it) => {
        it.addHook('onRequest', requireSignIn())
        it.get('/inside', () => 'inside')
        it.setNotFoundHandler((_request, reply) => reply.code(404).send('nothing inside'))
      }),
      { prefix: '/members' },
    )
    app.get('/outside', () => 'outside')
    expect((await app.inject('/members/inside')).statusCode).toBe(401)
    expect((await app.inject('/members/nothing')).statusCode).toBe(401)
    expect((await app.inject('/outside')).body).toBe('outside')
    const headers = { cookie: await signIn(app) }
    expect((await app.inject({ url: '/members/inside', headers })).body).toBe('inside')
  })

  it('on the whole application leaves the gateway reachable, whichever comes first', async () => {
    const before = Fastify()
    before.addHook('onRequest', requireSignIn())
    await before.register(postern, { gateway: createCastleGateway() })
    const after = await mounted()
    after.addHook('onRequest', requireSignIn())
    for (const app of [before, after]) {
      app.get('/', () => 'home')
      const denied = await app.inject({ url: '/', headers: NAVIGATION })
      expect(denied.headers.location).toBe('https://app.example/auth/login/castle?return_to=%2F')
      expect((await app.inject({ url: '/', headers: { cookie: await signIn(app) } })).body).toBe('home')
    }
  })

  it('guards the HEAD twin Fastify makes of a GET route', async () => {
    const app = await mounted()
    app.get('/a', { onRequest: requireSignIn() }, () => 'secret')
    app.get('/b', { config: { auth: 'required' } }, () => 'secret')
    for (const url of ['/a', '/b']) expect((await app.inject({ method: 'HEAD', url })).statusCode).toBe(401)
  })

  it('runs before the body is parsed, and before any other hook of the route', async () => {
    const app = await mounted()
    const ran: string[] = []
    const onRequest = [requireSignIn(), async () => void ran.push('second hook')]
    app.post('/upload', { onRequest, preParsing: async () => void ran.push('parsing') }, () => 'stored')
    const headers = { 'content-type': 'application/json' }
    const response = await app.inject({ method: 'POST', url: '/upload', headers, payload: '{"broken' })
    expect(response.statusCode).toBe(401)
    expect(ran).toEqual([])
  })

  it('says so when somebody has forgotten to call it', async () => {
    for (const uncalled of [requireSignIn, loadAuth]) {
      const app = await mounted()
      // @ts-expect-error -- what a JavaScript user may write
      app.get('/', { preHandler: uncalled }, async () => 'secret')
      const { statusCode, body } = await app.inject('/')
      expect([statusCode, body]).toEqual([500, expect.stringContaining(`as in ${uncalled.name}().`)])
    }
  })

  it('refuses a requirement that asks for nothing it knows', () => {
    // @ts-expect-error -- what a JavaScript user may write
    expect(() => requireSignIn({ provder: 'castle' })).toThrow('provder is not part of one')
    // @ts-expect-error -- the gateway knows its providers
    expect(() => requireSignIn({ gateway: createCastleGateway(), provider: 'anilst' })).toThrow('configured provider')
  })
})

describe('getAuth', () => {
  it('refuses a gateway that is not mounted here', async () => {
    const app = await mounted()
    app.get('/', (request) => getAuth(request, createCastleGateway()))
    expect((await app.inject('/')).json()).toMatchObject({ code: 'gateway_not_mounted' })
  })
})
