import Router from '@koa/router'
import Koa from 'koa'
import mount from 'koa-mount'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { NAVIGATION, nameOf, visit } from '../test/visitor.ts'
import { postern, requireSignIn } from './index.ts'

/** An application with a gateway and one guarded page, `/`. */
function part(basePath: string): Koa {
  const app = new Koa()
  app.use(postern(createCastleGateway({ basePath })))
  app.use(requireSignIn())
  app.use((ctx) => {
    ctx.body = `${ctx.path} ${nameOf(ctx.state.auth)}`
  })
  return app
}

describe('under koa-mount', () => {
  it('answers at basePath as the browser sees it, however deep it is mounted', async () => {
    const once = new Koa()
    once.use(mount('/app', part('/app/auth')))
    const twice = new Koa()
    const middle = new Koa()
    middle.use(mount('/inner', part('/outer/inner/auth')))
    twice.use(mount('/outer', middle))
    for (const [app, place] of [
      [once, '/app'],
      [twice, '/outer/inner'],
    ] as const) {
      await visit(app, async ({ get, signIn }) => {
        const cookie = await signIn(`${place}/auth`)
        expect(await (await get(`${place}/page?a=1`, { cookie })).text()).toBe('/page ann')
        const denied = await get(`${place}/page?a=1`, NAVIGATION)
        const returnTo = new URL(String(denied.headers.get('location'))).searchParams.get('return_to')
        expect(returnTo).toBe(`${place}/page?a=1`)
        const atTheTop = await get(`${place}?a=1`, NAVIGATION)
        expect(new URL(String(atTheTop.headers.get('location'))).searchParams.get('return_to')).toBe(`${place}?a=1`)
        expect((await get('/auth/session')).status).toBe(404)
      })
    }
  })

  it('is not confused by a mount the request has only passed through', async () => {
    const app = new Koa()
    app.use(mount('/auth', (_ctx, next) => next()))
    app.use(mount('/page', (_ctx, next) => next()))
    app.use(postern(createCastleGateway()))
    app.use((ctx) => {
      ctx.body = nameOf(ctx.state.auth)
    })
    await visit(app, async ({ get, signIn }) => {
      expect(await (await get('/page', { cookie: await signIn() })).text()).toBe('ann')
    })
  })

  it('does not answer for a basePath that is somewhere else', async () => {
    const app = new Koa()
    app.use(mount('/app', part('/auth')))
    await visit(app, async ({ get }) => expect((await get('/app/auth/session')).status).toBe(401))
  })
})

describe('with @koa/router', () => {
  it('guards a route, a router and a prefix with parameters', async () => {
    const app = new Koa()
    app.use(postern(createCastleGateway()))
    const open = new Router()
    open.get('/open', (ctx) => {
      ctx.body = 'open'
    })
    open.get('/route', requireSignIn(), (ctx) => {
      ctx.body = 'route'
    })
    const members = new Router({ prefix: '/members/:id' })
    members.use(requireSignIn({ provider: 'castle' }))
    members.get('/page', (ctx) => {
      ctx.body = `page of ${ctx.params['id']}`
    })
    app.use(open.routes()).use(open.allowedMethods())
    app.use(members.routes())
    await visit(app, async ({ get, signIn }) => {
      expect(await (await get('/open')).text()).toBe('open')
      for (const path of ['/route', '/members/7/page']) expect((await get(path)).status).toBe(401)
      const cookie = await signIn()
      expect(await (await get('/route', { cookie })).text()).toBe('route')
      expect(await (await get('/members/7/page', { cookie })).text()).toBe('page of 7')
    })
  })

  it('guards a whole router in any spelling of its prefix', async () => {
    const sensitive = new Router({ prefix: '/sensitive', sensitive: true }).use(requireSignIn())
    const anyCase = new Router({ prefix: '/any' }).use('', requireSignIn())
    const top = new Router().use(requireSignIn())
    const app = new Koa()
    app.use(postern(createCastleGateway()))
    for (const router of [sensitive, anyCase, top]) {
      router.get('/page', (ctx) => {
        ctx.body = 'secret'
      })
      app.use(router.routes())
    }
    await visit(app, async ({ get, signIn }) => {
      for (const path of ['/sensitive/page', '/any/page', '/Any/Page', '/page', '/PAGE']) {
        expect([path, (await get(path)).status]).toEqual([path, 401])
        expect(await (await get(path, { cookie: await signIn() })).text()).toBe('secret')
      }
      expect((await get('/Sensitive/page')).status).toBe(404)
    })
  })

  it('refuses a guard that another spelling of the prefix would get past', async () => {
    const inner = new Router().use(requireSignIn()).get('/page', (ctx) => {
      ctx.body = 'secret'
    })
    const nested = new Router({ prefix: '/nested' }).use('/inner', inner.routes())
    const members = new Router({ prefix: '/members' }).use(requireSignIn()).get('/page', (ctx) => {
      ctx.body = 'secret'
    })
    const errors: unknown[] = []
    const app = new Koa()
    app.on('error', (error) => errors.push(error.message))
    app.use(postern(createCastleGateway()))
    app.use(members.routes()).use(nested.routes())
    await visit(app, async ({ get, signIn }) => {
      const cookie = await signIn()
      for (const path of ['/members/page', '/nested/inner/page']) expect((await get(path, { cookie })).status).toBe(500)
    })
    expect(errors).toEqual(Array(2).fill(expect.stringContaining("use router.use('', guard)")))
  })
})

describe('a path the application has rewritten', () => {
  it('is left behind after a sign-in: the browser comes back to what it asked for', async () => {
    const app = new Koa()
    app.use((ctx, next) => {
      if (ctx.path.startsWith('/en/')) ctx.url = ctx.url.slice('/en'.length)
      if (ctx.path === '/door') ctx.path = '/page'
      return next()
    })
    app.use(postern(createCastleGateway()))
    app.use(requireSignIn())
    await visit(app, async ({ get }) => {
      for (const target of ['/en/page?a=1', '/door?b=2']) {
        const { headers } = await get(target, NAVIGATION)
        expect(new URL(String(headers.get('location'))).searchParams.get('return_to')).toBe(target)
      }
    })
  })
})
