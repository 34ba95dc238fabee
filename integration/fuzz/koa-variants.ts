import { createServer } from 'node:http'
import Router, { type RouterOptions } from '@koa/router'
import { postern, requireSignIn } from '@postern/koa'
import Koa, { type DefaultContext, type DefaultState, type ParameterizedContext } from 'koa'
import mount from 'koa-mount'
import { type Builder, listen, type Site, type Variant } from './house.ts'

const ADDRESSES = [
  ...['/', '/open', '/open/x', '/public/a/b', '/secret/open', '/report.txt'],
  ...['/secret', '/secret/1', '/vault/a/b', '/caf%C3%A9', '/MixedCase'],
  ...['/members', '/members/list', '/members/nothing', '/api', '/api/x', '/nothing'],
  ...['/auth/session', '/auth/login/castle', '/auth/login?return_to=/secret', '/auth/verify', '/auth/logout'],
]

export const KOA: readonly Variant[] = [
  routed('with @koa/router', {}),
  routed('with a strict router', { strict: true }),
  routed('with a sensitive router', { sensitive: true }),
  routed('with a strict and sensitive router', { strict: true, sensitive: true }),
  routed('with an exclusive router', { exclusive: true }),
  routed('behind every proxy', {}, () => new Koa({ proxy: true, subdomainOffset: 1 })),
  {
    name: 'with a prefix',
    addresses: ADDRESSES.map((address) => `/app${address}`),
    basePath: '/app/auth',
    apiPrefix: '/app/api',
    build: builder((app, site) => {
      app.use(postern(site.gateway))
      fill(app, site, { prefix: '/app' })
    }),
  },
  {
    name: 'with a prefix that has parameters',
    addresses: [...ADDRESSES, ...ADDRESSES.map((address) => `/of/ann${address}`)],
    build: builder((app, site) => {
      const router = new Router({ prefix: '/of/:name' })
      router.use(requireSignIn())
      router.get('/secret', door(site, 'a secret of somebody', true)).get('/', door(site, 'somebody', true))
      app.use(postern(site.gateway)).use(router.routes())
      fill(app, site)
    }),
  },
  {
    name: 'with guards on paths of a router',
    addresses: [...ADDRESSES, ...ADDRESSES.map((address) => `/by${address}`)],
    build: builder((app, site) => {
      const router = new Router({ prefix: '/by' })
      router.use(['/secret', '/vault', '/members'], requireSignIn())
      router.all('/secret', door(site, 'by secret', true)).all('/secret/:id', door(site, 'by a secret', true))
      router.all('/vault/*rest', door(site, 'by vault', true)).all('/members/:page', door(site, 'by page', true))
      router.all('/open', door(site, 'by open', false))
      app.use(postern(site.gateway)).use(router.routes())
      fill(app, site)
    }),
  },
  {
    name: 'with nested routers',
    addresses: [...ADDRESSES, ...ADDRESSES.map((address) => `/in/ner${address}`), '/in/open'],
    build: builder((app, site) => {
      const [outer, middle, inner] = [new Router({ prefix: '/in' }), new Router(), new Router()]
      inner.use('', requireSignIn())
      inner.get('/', door(site, 'innermost', true)).get('/secret', door(site, 'an inner secret', true))
      inner.all('/vault/*rest', door(site, 'an inner vault', true))
      middle.use('/ner', inner.routes(), inner.allowedMethods())
      middle.get('/open', door(site, 'in the middle', false))
      outer.use(middle.routes())
      app.use(postern(site.gateway)).use(outer.routes())
      fill(app, site)
    }),
  },
  {
    name: 'under koa-mount, with the gateway',
    addresses: ADDRESSES.map((address) => `/app${address}`),
    basePath: '/app/auth',
    apiPrefix: '/app/api',
    build: builder((app, site) => {
      const inner = new Koa().use(postern(site.gateway))
      fill(inner, site)
      app.use(mount('/app', inner))
    }),
  },
  {
    name: 'under koa-mount, below the gateway',
    addresses: [...ADDRESSES, ...ADDRESSES.map((address) => `/app${address}`), '/locked', '/locked/x'],
    build: builder((app, site) => {
      app.use(postern(site.gateway))
      app.use(mount('/locked', new Koa().use(requireSignIn()).use(door(site, 'everything locked', true))))
      const inner = new Koa()
      fill(inner, site)
      app.use(mount('/app', inner))
      fill(app, site)
    }),
  },
  {
    name: 'with paths that are rewritten',
    addresses: [...ADDRESSES, ...ADDRESSES.map((address) => `/v1${address}`), '/door'],
    build: builder((app, site) => {
      app.use((ctx, next) => {
        if (ctx.path.startsWith('/door')) ctx.path = ctx.path.replace('/door', '/secret')
        if (ctx.url.startsWith('/v1/')) ctx.url = ctx.url.slice('/v1'.length)
        return next()
      })
      app.use(postern(site.gateway))
      fill(app, site)
    }),
  },
]

/** A handler behind a guard that compares paths by itself, as guards must not: what these tests have to notice. */
export const KOA_MISGUARDED: Variant = {
  name: 'with a guard that reads the URL',
  addresses: ADDRESSES,
  build: builder((app, site) => {
    const guard = requireSignIn()
    app.use(postern(site.gateway))
    app.use((ctx, next) => (ctx.path === '/secret' ? guard(ctx, next) : next()))
    app.use(new Router().get('/secret', door(site, 'secret', true)).routes())
  }),
}

function routed(name: string, options: RouterOptions, createApp = () => new Koa()): Variant {
  const build = builder((app, site) => {
    app.use(postern(site.gateway))
    fill(app, site, options)
  }, createApp)
  return { name, addresses: ADDRESSES, build }
}

function builder(build: (app: Koa, site: Site) => unknown, createApp = () => new Koa()): Builder {
  return async (site) => {
    const app = createApp()
    app.silent = true
    build(app, site)
    const server = createServer(app.callback())
    await listen(server)
    return {
      server,
      async close() {
        await site.gateway.close()
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  }
}

/** Doors of every kind: guarded by route and by router; open ones beside them that look alike. */
function fill(app: Koa, site: Site, options: RouterOptions = {}): void {
  const router = new Router(options)
  for (const path of ['/', '/open', '/open/:page', '/public/*rest', '/secret/open', '/report.txt']) {
    router.all(path, door(site, `open ${path}`, false))
  }
  for (const path of ['/secret', '/secret/:id', '/vault/*rest', '/caf%C3%A9', '/MixedCase']) {
    router.all(path, requireSignIn(), door(site, path, true))
  }
  const members = new Router({ ...options, prefix: `${options.prefix ?? ''}/members` })
  // An exclusive router runs nothing but the route itself: the guard has to stand there. Any other needs the empty path,
  // or it compares the prefix with case and the routes without.
  const guards = options.exclusive === true ? [requireSignIn()] : []
  if (guards.length === 0) members.use('', requireSignIn())
  members.get('/', ...guards, door(site, 'members', true))
  members.get('/:page', ...guards, door(site, 'a page for members', true))
  app.use(router.routes()).use(members.routes())
}

function door({ enter }: Site, name: string, isGuarded: boolean) {
  return (ctx: ParameterizedContext<DefaultState, DefaultContext>): void => {
    ctx.body = enter({ name, isGuarded })
  }
}
