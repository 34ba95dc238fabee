import cookie from '@fastify/cookie'
import type { Gateway } from '@postern/core'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
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
  it('comes beside the cookies of the application, in whatever way and whatever order it sets them', async () => {
    for (const isFirst of [true, false]) {
      let now = Date.now()
      const gateway = createCastleGateway({ now: () => now })
      const app = Fastify()
      app.addHook('onSend', async (_request, reply) => {
        reply.header('set-cookie', 'late=1')
      })
      if (isFirst) await app.register(cookie)
      await app.register(postern, { gateway })
      if (!isFirst) await app.register(cookie)
      app.get('/cookies', (request, reply) => {
        reply.setCookie('mine', 'é', { path: '/' }).header('set-cookie', 'raw=1').header('vary', 'accept')
        return { name: request.auth.authenticated }
      })
      const headers = { cookie: await signIn(app) }
      now += 5 * DAY
      const response = await app.inject({ url: '/cookies', headers })
      const names = [response.headers['set-cookie'] ?? []].flat().map((line) => line.split('=')[0])
      expect(names.sort()).toEqual(['__Host-postern.session', 'late', 'mine', 'raw'])
      expect(response.headers.vary).toBe('accept, cookie')
      expect(response.headers['cache-control']).toBe('private, no-store')
    }
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

  it('is seen by hooks of the application that look at cookies, added before or after', async () => {
    const app = Fastify()
    const seen: unknown[] = []
    const look = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      seen.push(reply.getHeader('set-cookie'))
    }
    app.addHook('onSend', look)
    await withWhoami(app)
    app.addHook('onSend', look)
    const { headers } = await app.inject({ url: '/auth/login/castle', headers: NAVIGATION })
    expect(seen).toEqual([headers['set-cookie'], headers['set-cookie']])
  })
})
