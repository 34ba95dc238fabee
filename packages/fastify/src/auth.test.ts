import { type Gateway, signInAs } from '@postern/core'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { SCRIPT, signIn } from '../test/sign-in.ts'
import postern, { requireSignIn } from './index.ts'

const ATTRIBUTES = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const

async function withWhoami(app: FastifyInstance, gateway: Gateway = createCastleGateway()): Promise<FastifyInstance> {
  await app.register(postern, { gateway })
  app.get('/whoami', (request) => ({ name: request.auth.authenticated ? request.auth.subject : 'nobody' }))
  return app
}

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

  it('is whom a test signs in, without a provider', async () => {
    const gateway = createCastleGateway()
    const app = await withWhoami(Fastify(), gateway)
    app.get('/guarded', { onRequest: requireSignIn({ provider: 'castle' }) }, () => 'guarded')
    const user = { id: 'bob', name: 'Bob', towers: 2 }
    const headers = { cookie: await signInAs(gateway, { provider: 'castle', user }) }
    expect((await app.inject({ url: '/whoami', headers })).json()).toEqual({ name: 'bob' })
    expect((await app.inject({ url: '/guarded', headers })).body).toBe('guarded')
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
      visit(request) {
        const visit = inner.visit(request)
        return { ...visit, auth: visit.auth, settle: () => ({ cookies: [cookie], headers: [] }) }
      },
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
