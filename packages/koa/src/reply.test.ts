import { Readable } from 'node:stream'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { NAVIGATION, nameOf, SCRIPT, visit } from '../test/visitor.ts'
import { postern } from './index.ts'

const DAY = 86_400_000

function whoami(): Koa {
  const app = new Koa()
  app.use(postern(createCastleGateway()))
  app.use((ctx) => {
    ctx.body = nameOf(ctx.state.auth)
  })
  return app
}

describe('cookies', () => {
  it('are Secure behind a TLS proxy, whether the application trusts it or not, and never signed', async () => {
    for (const proxy of [true, false]) {
      const app = whoami()
      app.proxy = proxy
      app.keys = ['a key of the application']
      await visit(app, async ({ get, signIn }) => {
        for (const forwarded of [{ 'x-forwarded-proto': 'https' }, {}]) {
          const login = await get('/auth/login/castle', { ...NAVIGATION, ...forwarded })
          expect(login.status).toBe(303)
          for (const line of login.headers.getSetCookie()) {
            expect(line).toMatch(/^__Host-[^=]+=[\w.~-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
            expect(line).not.toContain('.sig=')
          }
        }
        expect(await (await get('/', { cookie: await signIn() })).text()).toBe('ann')
      })
    }
  })

  it('come beside those the application sets with ctx.cookies, above and below', async () => {
    let now = Date.now()
    const app = new Koa()
    app.keys = ['a key of the application']
    app.use(async (ctx, next) => {
      ctx.cookies.set('above', '1', { signed: true })
      await next()
      ctx.cookies.set('after', '1', { signed: false })
    })
    app.use(postern(createCastleGateway({ now: () => now })))
    app.use((ctx) => {
      ctx.cookies.set('below', '1', { signed: false })
      ctx.vary('accept')
      ctx.body = nameOf(ctx.state.auth)
    })
    await visit(app, async ({ get, signIn }) => {
      const cookie = await signIn()
      now += 5 * DAY
      const { headers } = await get('/', { cookie })
      const names = headers.getSetCookie().map((line) => line.split('=')[0])
      expect(names).toEqual(['above', 'above.sig', 'below', '__Host-postern.session', 'after'])
      expect(headers.get('vary')).toBe('accept, cookie')
    })
  })
})

describe('what is added to responses', () => {
  it('is added to every kind of body, and to none', async () => {
    let now = Date.now()
    const bodies: Readonly<Record<string, (ctx: Koa.Context) => void>> = {
      '/stream': (ctx) => (ctx.body = Readable.from(['a', 'b'])),
      '/buffer': (ctx) => (ctx.body = Buffer.from('a')),
      '/json': (ctx) => (ctx.body = { a: 1 }),
      '/response': (ctx) => (ctx.body = new Response('a')),
      '/null': (ctx) => (ctx.body = null),
      '/204': (ctx) => (ctx.status = 204),
      '/304': (ctx) => (ctx.status = 304),
      '/404': () => undefined,
    }
    const app = new Koa()
    app.use(postern(createCastleGateway({ now: () => now })))
    app.use((ctx) => {
      if (ctx.state.auth.authenticated) bodies[ctx.path]?.(ctx)
    })
    await visit(app, async ({ get, send, signIn }) => {
      const cookie = await signIn()
      now += 5 * DAY
      for (const path of Object.keys(bodies)) {
        for (const response of [
          await get(path, { cookie }),
          await send(path, { method: 'HEAD', headers: { cookie } }),
        ]) {
          expect([path, response.headers.getSetCookie().length]).toEqual([path, 1])
          expect(response.headers.get('cache-control')).toBe('private, no-store')
        }
      }
    })
  })

  it('is left out where the response has left already', async () => {
    let now = Date.now()
    const app = new Koa()
    app.use(postern(createCastleGateway({ now: () => now })))
    app.use((ctx) => {
      ctx.respond = false
      ctx.res.end(nameOf(ctx.state.auth))
    })
    await visit(app, async ({ get, signIn }) => {
      const cookie = await signIn()
      now += 5 * DAY
      const response = await get('/', { cookie })
      expect([await response.text(), response.headers.getSetCookie()]).toEqual(['ann', []])
    })
  })
})

describe('replies of the gateway', () => {
  it('keep their bytes under middleware that sets types and statuses beforehand', async () => {
    const app = new Koa()
    app.use((ctx, next) => {
      ctx.type = 'application/json'
      ctx.status = 201
      ctx.body = Readable.from(['a body of somebody else'])
      return next()
    })
    app.use(postern(createCastleGateway()))
    await visit(app, async ({ get, send }) => {
      const login = await get('/auth/login/castle', NAVIGATION)
      expect([login.status, await login.text(), login.headers.get('content-type')]).toEqual([303, '', null])
      const head = await send('/auth/session', { method: 'HEAD', headers: SCRIPT })
      expect([head.status, head.headers.get('content-type')]).toEqual([405, 'application/problem+json'])
    })
  })
})
