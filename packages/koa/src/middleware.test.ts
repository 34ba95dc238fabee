import { Readable } from 'node:stream'
import type { Gateway } from '@postern/core'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { NAVIGATION, nameOf, SCRIPT, visit } from '../test/visitor.ts'
import { postern } from './index.ts'

const DAY = 86_400_000

function whoami(gateway: Gateway = createCastleGateway(), options?: Parameters<typeof postern>[1]): Koa {
  const app = new Koa()
  app.use(postern(gateway, options))
  app.use((ctx) => {
    ctx.body = nameOf(ctx.state.auth)
  })
  return app
}

describe('the middleware', () => {
  it('has a name, for traces and debuggers', () => {
    expect(postern(createCastleGateway()).name).toBe('postern')
  })

  it('begins no visit where nobody reads auth', async () => {
    const inner = createCastleGateway()
    let visits = 0
    const gateway: Gateway = {
      ...inner,
      visit(request) {
        visits += 1
        return inner.visit(request)
      },
    }
    const app = new Koa()
    app.use(postern(gateway))
    app.use((ctx) => {
      ctx.body = ctx.path === '/read' ? `${ctx.state.auth.authenticated}${ctx.state.auth.authenticated}` : 'plain'
    })
    await visit(app, async ({ get, signIn }) => {
      const cookie = await signIn()
      await get('/plain', { cookie })
      expect(visits).toBe(0)
      expect(await (await get('/read', { cookie })).text()).toBe('truetrue')
      expect(visits).toBe(1)
    })
  })

  it('lets nobody assign who is asking', async () => {
    const app = new Koa()
    app.silent = true
    app.use(postern(createCastleGateway()))
    app.use((ctx) => {
      Object.assign(ctx.state, { auth: { authenticated: true } })
      ctx.body = 'forged'
    })
    await visit(app, async ({ get }) => expect((await get('/')).status).toBe(500))
  })

  it('tells middleware above it who was asking, on the paths of the gateway too', async () => {
    const seen: string[] = []
    const app = new Koa()
    app.use(async (ctx, next) => {
      await next()
      seen.push(`${ctx.path} ${nameOf(ctx.state.auth)}`)
    })
    app.use(postern(createCastleGateway()))
    await visit(app, async ({ get, signIn }) => {
      const cookie = await signIn()
      seen.length = 0
      await get('/auth/session', { cookie })
      await get('/nothing', { cookie })
      expect(seen).toEqual(['/auth/session ann', '/nothing ann'])
    })
  })

  it('serves two gateways under two names', async () => {
    const users = createCastleGateway()
    const staff = createCastleGateway({ basePath: '/staff', cookiePrefix: 'staff' })
    const app = new Koa()
    app.use(postern(users))
    app.use(postern(staff, { stateName: 'staff' }))
    app.use((ctx) => {
      ctx.body = [nameOf(ctx.state.auth), nameOf(ctx.state.staff)]
    })
    await visit(app, async ({ get, signIn }) => {
      const response = await get('/', { cookie: await signIn('/staff') })
      expect(await response.json()).toEqual(['nobody', 'ann'])
    })
  })

  it('refuses a name that is taken, and says what to do', async () => {
    const app = new Koa()
    const errors: unknown[] = []
    app.on('error', (error) => errors.push(error.message))
    app.use(postern(createCastleGateway()))
    app.use(postern(createCastleGateway({ basePath: '/staff' })))
    await visit(app, async ({ get }) => expect((await get('/')).status).toBe(500))
    expect(errors).toEqual([expect.stringContaining('ctx.state.auth exists already: choose another stateName')])
  })

  it('lets the application handle a path it rewrote to one of the gateway, and the other way round', async () => {
    const app = new Koa()
    app.use((ctx, next) => {
      if (ctx.path === '/old/session') ctx.path = '/auth/session'
      return next()
    })
    app.use(postern(createCastleGateway()))
    await visit(app, async ({ get }) => {
      expect(await (await get('/old/session')).json()).toEqual({ authenticated: false })
    })
  })
})

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
