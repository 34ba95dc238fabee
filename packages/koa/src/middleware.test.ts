import { type Gateway, signInAs } from '@postern/core'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { nameOf, visit } from '../test/visitor.ts'
import { postern, requireSignIn } from './index.ts'

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

  it('knows whom a test signs in, without a provider', async () => {
    const gateway = createCastleGateway()
    const app = new Koa()
    app.use(postern(gateway))
    app.use(requireSignIn({ provider: 'castle' }))
    app.use((ctx) => {
      ctx.body = nameOf(ctx.state.auth)
    })
    await visit(app, async ({ get }) => {
      const user = { id: 'bob', name: 'Bob', towers: 2 }
      const cookie = await signInAs(gateway, { provider: 'castle', user })
      expect(await (await get('/', { cookie })).text()).toBe('bob')
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

  it('needs a gateway, and says so where it is made', () => {
    // @ts-expect-error -- what a JavaScript user may write
    expect(() => postern()).toThrow('Pass a gateway')
    // @ts-expect-error -- what a JavaScript user may write
    expect(() => postern({ gateway: createCastleGateway() })).toThrow('Pass a gateway')
    // @ts-expect-error -- what a JavaScript user may write
    expect(() => postern(createCastleGateway(), { failures: 'raise' })).toThrow("failures must be 'render' or 'throw'.")
  })

  it('refuses a misspelt option, which would do nothing', () => {
    const gateway = createCastleGateway()
    // @ts-expect-error -- what a JavaScript user may write
    expect(() => postern(gateway, { failure: 'throw' })).toThrow('failure is not an option. Did you mean failures?')
    // @ts-expect-error -- what a JavaScript user may write
    expect(() => postern(gateway, { prefix: '/api' })).toThrow('prefix moves nothing here')
    expect(postern(gateway, { failures: 'throw', stateName: 'visitor' })).toBeTypeOf('function')
  })

  it('refuses a name that is taken, and says what to do', async () => {
    const app = new Koa()
    const errors: unknown[] = []
    app.on('error', (error) => errors.push(error.message))
    app.use(postern(createCastleGateway()))
    app.use(postern(createCastleGateway({ basePath: '/staff' })))
    await visit(app, async ({ get }) => expect((await get('/')).status).toBe(500))
    expect(errors).toEqual([
      expect.stringContaining('ctx.state.auth exists already: mount a gateway once, or choose another stateName'),
    ])
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
