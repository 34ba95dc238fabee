import cookie from '@fastify/cookie'
import session from '@fastify/session'
import type { Gateway } from '@postern/core'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { SCRIPT, signIn } from '../test/sign-in.ts'
import postern, { getAuth, requireSignIn } from './index.ts'

async function withWhoami(app: FastifyInstance, gateway: Gateway = createCastleGateway()): Promise<FastifyInstance> {
  await app.register(postern, { gateway })
  app.get('/whoami', (request) => ({ name: request.auth.authenticated ? request.auth.subject : 'nobody' }))
  return app
}

describe('registering the plugin', () => {
  it('needs a gateway, and says so', async () => {
    // @ts-expect-error -- what a JavaScript user may write
    await expect(Fastify().register(postern, {})).rejects.toThrow('Pass a gateway')
    const options = { gateway: { origin: 'https://app.example', secrets: [], providers: [] } }
    // @ts-expect-error -- what a JavaScript user may write
    await expect(Fastify().register(postern, options)).rejects.toThrow('Pass a gateway')
  })

  it('refuses failures that would go nowhere', async () => {
    // @ts-expect-error -- what a JavaScript user may write
    const registered = Fastify().register(postern, { gateway: createCastleGateway(), failures: 'raise' })
    await expect(registered).rejects.toThrow("failures must be 'render' or 'throw'.")
  })

  it('refuses a misspelt option, which would do nothing, and knows those that Fastify reads', async () => {
    const gateway = createCastleGateway()
    // @ts-expect-error -- what a JavaScript user may write
    const misspelt = Fastify().register(postern, { gateway, failure: 'throw' })
    await expect(misspelt).rejects.toThrow('failure is not an option. Did you mean failures?')
    const logSerializers = { value: () => '' }
    const known = { gateway, failures: 'throw', decoratorName: 'visitor', logLevel: 'warn', logSerializers } as const
    await expect(Fastify().register(postern, known)).resolves.toBeDefined()
  })

  it('refuses a prefix, which would move nothing, and says what does', async () => {
    const moved = Fastify().register(postern, { gateway: createCastleGateway(), prefix: '/api' })
    await expect(moved).rejects.toThrow('choose the basePath of the gateway, or mount it in a scope')
  })

  it('refuses paths that are taken, and says what to do', async () => {
    const app = Fastify()
    await app.register(postern, { gateway: createCastleGateway() })
    const again = app.register(postern, { gateway: createCastleGateway(), decoratorName: 'again' })
    await expect(again).rejects.toThrow('/auth/login is a route of the application or of another gateway')
    const own = Fastify()
    own.post('/auth/logout', () => 'of the application')
    await expect(own.register(postern, { gateway: createCastleGateway() })).rejects.toThrow('choose another basePath')
    // Under a prefix it is the whole path that counts.
    const apart = Fastify()
    apart.get('/auth/login', () => 'of the application')
    await apart.register(
      (scope) => scope.register(postern, { gateway: createCastleGateway({ basePath: '/api/auth' }) }),
      {
        prefix: '/api',
      },
    )
    expect((await apart.inject('/api/auth/session')).json()).toEqual({ authenticated: false })
    expect((await apart.inject('/auth/login')).body).toBe('of the application')
  })

  it('refuses a name that requests already have, and says what to do', async () => {
    const app = Fastify()
    await app.register(postern, { gateway: createCastleGateway() })
    const again = app.register(postern, { gateway: createCastleGateway({ basePath: '/staff' }) })
    await expect(again).rejects.toThrow(
      'request.auth exists already: mount a gateway once, or choose another decoratorName.',
    )
    const taken = Fastify().register(postern, { gateway: createCastleGateway(), decoratorName: 'ip' })
    await expect(taken).rejects.toThrow('request.ip exists already')
  })

  it('leaves @fastify/cookie to the application: before it, after it or not at all', async () => {
    const alone = await withWhoami(Fastify())
    expect(alone.hasReplyDecorator('setCookie')).toBe(false)
    const options = { secret: 'a secret of the application, for its own cookies' }
    const before = Fastify()
    await before.register(cookie, options)
    await withWhoami(before)
    const after = await withWhoami(Fastify())
    await after.register(cookie, options)
    for (const app of [alone, before, after]) {
      expect((await app.inject({ url: '/whoami', headers: { cookie: await signIn(app) } })).json()).toEqual({
        name: 'ann',
      })
    }
  })

  it('lives beside @fastify/session', async () => {
    const app = Fastify()
    await app.register(cookie)
    await app.register(session, { secret: 'a secret of the session plugin, long enough for it' })
    await withWhoami(app)
    expect((await app.inject({ url: '/whoami', headers: { cookie: await signIn(app) } })).json()).toEqual({
      name: 'ann',
    })
  })

  it('serves two gateways under two names, each with its own visitors', async () => {
    const app = Fastify()
    const users = createCastleGateway()
    const staff = createCastleGateway({ basePath: '/staff', cookiePrefix: 'staff' })
    await app.register(postern, { gateway: users })
    await app.register(postern, { gateway: staff, decoratorName: 'staff' })
    app.get('/both', (request) => [getAuth(request, users).authenticated, getAuth(request, staff).authenticated])
    app.get('/users', { onRequest: requireSignIn({ gateway: users }) }, () => 'users')
    app.get('/staff-only', { config: { staff: 'required' } }, () => 'staff')
    app.get('/unclear', { onRequest: requireSignIn() }, () => 'never')
    const headers = { ...SCRIPT, cookie: await signIn(app, '/staff') }
    expect((await app.inject({ url: '/both', headers })).json()).toEqual([false, true])
    expect((await app.inject({ url: '/users', headers })).statusCode).toBe(401)
    expect((await app.inject({ url: '/staff-only', headers })).body).toBe('staff')
    const unclear = await app.inject({ url: '/unclear', headers })
    expect(unclear.statusCode).toBe(500)
    expect(unclear.json().message).toContain('name one, as in requireSignIn({ gateway })')
  })

  it('closes the gateway with the application, while it still has its connections', async () => {
    const listening: boolean[] = []
    const inner = createCastleGateway()
    const app = Fastify()
    const gateway: Gateway = {
      ...inner,
      async close() {
        listening.push(app.server.listening)
      },
    }
    await app.register(postern, { gateway })
    await app.listen({ host: '127.0.0.1', port: 0 })
    await app.close()
    expect(listening).toEqual([true])
  })
})
