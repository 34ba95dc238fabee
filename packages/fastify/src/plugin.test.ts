import cookie from '@fastify/cookie'
import session from '@fastify/session'
import type { Gateway } from '@postern/core'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { NAVIGATION, SCRIPT, signIn } from '../test/sign-in.ts'
import postern, { getAuth, requireSignIn } from './index.ts'

const DAY = 86_400_000
const ATTRIBUTES = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const

async function withWhoami(app: FastifyInstance, gateway: Gateway = createCastleGateway()): Promise<FastifyInstance> {
  await app.register(postern, { gateway })
  app.get('/whoami', (request) => ({ name: request.auth.authenticated ? request.auth.subject : 'nobody' }))
  return app
}

describe('registering the plugin', () => {
  it('needs a gateway, and says so', async () => {
    // @ts-expect-error -- what a JavaScript user may write
    await expect(Fastify().register(postern, {})).rejects.toThrow('Pass a gateway')
  })

  it('refuses a name that requests already have, and says what to do', async () => {
    const app = Fastify()
    await app.register(postern, { gateway: createCastleGateway() })
    const again = app.register(postern, { gateway: createCastleGateway({ basePath: '/staff' }) })
    await expect(again).rejects.toThrow('request.auth exists already: give this gateway another decoratorName.')
    const taken = Fastify().register(postern, { gateway: createCastleGateway(), decoratorName: 'body' })
    await expect(taken).rejects.toThrow('request.body exists already')
  })

  it('registers @fastify/cookie, or uses the one that is there', async () => {
    const alone = await withWhoami(Fastify())
    expect(alone.hasReplyDecorator('setCookie')).toBe(true)
    const app = Fastify()
    await app.register(cookie, { secret: 'a secret of the application, for its own cookies' })
    await withWhoami(app)
    expect((await app.inject({ url: '/whoami', headers: { cookie: await signIn(app) } })).json()).toEqual({
      name: 'ann',
    })
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

describe('request.auth', () => {
  it('begins no visit on a route that does not read it', async () => {
    const inner = createCastleGateway()
    let visits = 0
    const gateway: Gateway = {
      ...inner,
      visit(request) {
        visits += 1
        return inner.visit(request)
      },
    }
    const app = await withWhoami(Fastify(), gateway)
    app.get('/plain', () => 'plain')
    const headers = { cookie: await signIn(app) }
    await app.inject({ url: '/plain', headers })
    await app.inject({ url: '/nowhere', headers })
    expect(visits).toBe(0)
    await app.inject({ url: '/whoami', headers })
    expect(visits).toBe(1)
  })

  it('can be read in hooks, error handlers and not-found handlers', async () => {
    const app = await withWhoami(Fastify())
    app.setErrorHandler((_error, request) => ({ failed: request.auth.authenticated }))
    app.setNotFoundHandler((request) => ({ missing: request.auth.authenticated }))
    app.get('/broken', () => {
      throw new Error('broken')
    })
    const headers = { cookie: await signIn(app) }
    expect((await app.inject({ url: '/broken', headers })).json()).toEqual({ failed: true })
    expect((await app.inject({ url: '/missing', headers })).json()).toEqual({ missing: true })
  })

  it('cannot be assigned', async () => {
    const app = await withWhoami(Fastify())
    app.get('/forge', (request) => {
      Object.assign(request, { auth: { authenticated: true } })
      return 'forged'
    })
    expect((await app.inject('/forge')).statusCode).toBe(500)
  })

  it('read in a hook adds nothing to what the gateway answers: it may just have ended the session', async () => {
    const inner = createCastleGateway()
    const cookie = { name: 'renewed', value: '1', attributes: { ...ATTRIBUTES, maxAge: 60 } } as const
    const gateway: Gateway = {
      ...inner,
      visit: (request) => ({ ...inner.visit(request), settle: () => ({ cookies: [cookie], headers: [] }) }),
    }
    const app = Fastify()
    app.addHook('onRequest', async (request) => {
      request.log.debug({ isSignedIn: request.auth.authenticated })
    })
    await withWhoami(app, gateway)
    const out = await app.inject({ method: 'POST', url: '/auth/logout', headers: SCRIPT })
    expect([out.statusCode, out.headers['set-cookie']]).toEqual([200, undefined])
    expect((await app.inject('/whoami')).headers['set-cookie']).toContain('renewed=1')
  })
})

describe('what is added to responses', () => {
  it('comes beside the cookies of the application, in whatever way it sets them', async () => {
    let now = Date.now()
    const app = Fastify()
    app.addHook('onSend', async (_request, reply) => {
      reply.header('set-cookie', 'late=1')
    })
    await withWhoami(app, createCastleGateway({ now: () => now }))
    app.get('/cookies', (request, reply) => {
      reply.setCookie('mine', 'é', { path: '/' }).header('set-cookie', 'raw=1').header('vary', 'accept')
      return { name: request.auth.authenticated }
    })
    const headers = { cookie: await signIn(app) }
    now += 5 * DAY
    const response = await app.inject({ url: '/cookies', headers })
    const names = [response.headers['set-cookie'] ?? []].flat().map((line) => line.split('=')[0])
    expect(new Set(names)).toEqual(new Set(['late', 'raw', 'mine', '__Host-postern.session']))
    expect(response.headers.vary).toBe('accept, cookie')
    expect(response.headers['cache-control']).toBe('private, no-store')
  })

  it('has exactly the attributes the core gave, whatever defaults @fastify/cookie was given', async () => {
    const app = Fastify()
    const parseOptions = {
      domain: 'example',
      partitioned: true,
      signed: true,
      path: '/app',
      sameSite: 'strict',
    } as const
    await app.register(cookie, { secret: 'a secret of the application', parseOptions })
    await withWhoami(app)
    const login = await app.inject({ url: '/auth/login/castle', headers: NAVIGATION })
    for (const line of [login.headers['set-cookie'] ?? []].flat()) {
      expect(line).toMatch(/^__Host-[^=]+=[\w.~-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    }
    expect((await app.inject({ url: '/whoami', headers: { cookie: await signIn(app) } })).json()).toEqual({
      name: 'ann',
    })
  })

  it('is seen by hooks of the application that look at cookies', async () => {
    const app = Fastify()
    await withWhoami(app)
    const seen: unknown[] = []
    app.addHook('onSend', async (_request, reply) => {
      seen.push(reply.getHeader('set-cookie'))
    })
    const login = await app.inject({ url: '/auth/login/castle', headers: NAVIGATION })
    expect(seen).toEqual([login.headers['set-cookie']])
  })
})
