import cookie from '@fastify/cookie'
import type { Gateway } from '@postern/core'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { NAVIGATION, signIn } from '../test/sign-in.ts'
import postern from './index.ts'

const DAY = 86_400_000

async function withWhoami(app: FastifyInstance, gateway: Gateway = createCastleGateway()): Promise<FastifyInstance> {
  await app.register(postern, { gateway })
  app.get('/whoami', (request) => ({ name: request.auth.authenticated ? request.auth.subject : 'nobody' }))
  return app
}

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
