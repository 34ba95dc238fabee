import postern, { requireSignIn } from '@postern/fastify'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import type { Builder, Site, Variant } from './house.ts'

const ADDRESSES = [
  ...['/', '/open', '/open/x', '/public/a/b', '/SECRET/open', '/secret/open', '/report.txt'],
  ...['/secret', '/secret/1', '/diary', '/vault/a/b', '/report.pdf', '/at/12-x', '/caf%C3%A9', '/MixedCase'],
  ...['/members', '/members/list', '/members/nothing', '/api', '/api/x', '/nothing'],
  ...['/auth/session', '/auth/login/castle', '/auth/login?return_to=/secret', '/auth/verify', '/auth/logout'],
]

// In a variable, because the types of Fastify have forgotten this option.
const SEMICOLON: object = { useSemicolonDelimiter: true }
const FORGIVING = { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, caseSensitive: false, ...SEMICOLON }

const EVERY_METHOD = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const

export const FASTIFY: readonly Variant[] = [
  variant('as it is'),
  variant('with ignoreTrailingSlash', { routerOptions: { ignoreTrailingSlash: true } }),
  variant('with ignoreDuplicateSlashes', { routerOptions: { ignoreDuplicateSlashes: true } }),
  variant('with caseSensitive: false', { routerOptions: { caseSensitive: false } }),
  variant('with useSemicolonDelimiter', { routerOptions: SEMICOLON }),
  variant('with a short maxParamLength', { routerOptions: { maxParamLength: 8 } }),
  variant('with all that forgive', { routerOptions: FORGIVING }),
  variant('with all that forgive, compiled', { routerOptions: { ...FORGIVING, compile: true } }),
  variant('with an onBadUrl of its own', {
    routerOptions: {
      onBadUrl: (_path, _message, response) => response.writeHead(400).end(),
      onMaxParamLength: (_path, _message, response) => response.writeHead(414).end(),
    },
  }),
  variant('with frameworkErrors', {
    frameworkErrors(_error, _request, reply) {
      reply.raw.writeHead(400).end('refused by the framework')
    },
  }),
  variant('behind every proxy', { trustProxy: true, routerOptions: FORGIVING }),
  {
    ...variant('with rewriteUrl', { rewriteUrl: ({ url = '/' }) => rewritten(url) }),
    addresses: [...ADDRESSES, ...ADDRESSES.map((address) => `/v1${address}`), '/door'],
  },
  {
    ...variant('with a not-found handler behind a guard', {}, async (app, site) => {
      await app.register(postern, { gateway: site.gateway })
      fill(app, site)
      app.setNotFoundHandler({ preHandler: requireSignIn() }, door(site, 'nothing anywhere', true))
    }),
  },
  variant('with routes from before the plugin', {}, async (app, site) => {
    fill(app, site)
    await app.register(postern, { gateway: site.gateway })
  }),
  {
    name: 'under a prefix',
    basePath: '/app/auth',
    apiPrefix: '/app/api',
    addresses: ADDRESSES.map((address) => `/app${address}`),
    build: builder({ routerOptions: FORGIVING }, async (app, site) => {
      await app.register(
        (scope, _options, done) => {
          scope.register(postern, { gateway: site.gateway })
          fill(scope, site)
          done()
        },
        { prefix: '/app' },
      )
    }),
  },
  {
    name: 'with constraints',
    addresses: ['/here', '/here/x', ...ADDRESSES],
    hosts: ['app.example', 'staff.example', 'other.example'],
    build: builder({}, async (app, site) => {
      await app.register(postern, { gateway: site.gateway })
      fill(app, site)
      const guarded = { onRequest: requireSignIn(), constraints: { host: 'staff.example' } }
      app.get('/here', guarded, door(site, 'here for staff', true))
      app.get('/here', { constraints: { host: 'app.example' } }, door(site, 'here for all', false))
      app.get('/here/:page', { constraints: { version: '1.0.0' } }, door(site, 'the page of before', false))
      app.get('/here/:page', { onRequest: requireSignIn() }, door(site, 'the page', true))
    }),
  },
]

/** A handler behind a guard that compares paths by itself, as guards must not: what these tests have to notice. */
export const FASTIFY_MISGUARDED: Variant = variant(
  'with a guard that reads the URL',
  { routerOptions: FORGIVING },
  async (app, site) => {
    await app.register(postern, { gateway: site.gateway })
    const guard = requireSignIn()
    app.addHook('onRequest', function compare(request, reply, done) {
      if (request.url.split('?', 1)[0] === '/secret') guard.call(this, request, reply, done)
      else done()
    })
    app.get('/secret', door(site, 'secret', true))
  },
)

function variant(
  name: string,
  options: FastifyServerOptions = {},
  build = async (app: FastifyInstance, site: Site): Promise<void> => {
    await app.register(postern, { gateway: site.gateway })
    fill(app, site)
  },
): Variant {
  return { name, addresses: ADDRESSES, build: builder(options, build) }
}

function builder(options: FastifyServerOptions, build: (app: FastifyInstance, site: Site) => Promise<void>): Builder {
  return async (site) => {
    const app = Fastify({ ...options, forceCloseConnections: true })
    await build(app, site)
    await app.listen({ host: '127.0.0.1', port: 0 })
    return { server: app.server, close: () => app.close() }
  }
}

/** Doors of every kind: guarded by a hook, by config and by scope; open ones beside them that look alike. */
function fill(app: FastifyInstance, site: Site): void {
  const open = (path: string): void => {
    app.route({ url: path, method: [...EVERY_METHOD], handler: door(site, `open ${path}`, false) })
  }
  const guarded = (path: string, name = path): void => {
    app.route({ url: path, method: [...EVERY_METHOD], onRequest: requireSignIn(), handler: door(site, name, true) })
  }
  for (const path of ['/', '/open', '/open/:page', '/public/*', '/secret/open', '/report.txt']) open(path)
  for (const path of [
    '/secret',
    '/secret/:id',
    '/vault/*',
    '/:name.pdf',
    '/at/:hour(^\\d+)-x',
    '/café',
    '/MixedCase',
  ]) {
    guarded(path)
  }
  app.get('/diary', { config: { auth: 'required' } }, door(site, 'diary', true))
  app.register(
    (members, _options, done) => {
      members.addHook('onRequest', requireSignIn())
      members.get('/', door(site, 'members', true))
      members.get('/:page', door(site, 'a page for members', true))
      members.setNotFoundHandler(door(site, 'nothing for members', true))
      done()
    },
    { prefix: '/members' },
  )
}

function door({ enter }: Site, name: string, isGuarded: boolean) {
  return async (): Promise<string> => enter({ name, isGuarded })
}

/** Takes a version off, and has a second name for one door. */
function rewritten(url: string): string {
  if (url.startsWith('/door')) return url.replace('/door', '/secret')
  return url.startsWith('/v1/') ? url.slice('/v1'.length) : url
}
