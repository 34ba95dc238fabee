import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import Router from '@koa/router'
import type { Auth, Gateway } from '@postern/core'
import postern, { loadAuth as loadAuthInFastify, requireSignIn as requireInFastify } from '@postern/fastify'
import { loadAuth as loadAuthInKoa, type PosternState, postern as posternInKoa, requireSignIn } from '@postern/koa'
import Fastify from 'fastify'
import Koa from 'koa'

/** The adapters every row is asked of. */
export const ADAPTERS = ['fastify', 'koa'] as const

export type Adapter = (typeof ADAPTERS)[number]

export interface RunningApp {
  readonly adapter: Adapter
  /** Where it listens. */
  readonly address: string
  readonly gateway: Gateway
  /** Everything the framework has logged so far, as verbose as it can be. */
  readonly log: () => string
  /** Lets requests to `/slow` go on, those that are waiting and those to come. */
  release(): void
  /** How many requests wait at `/slow`. */
  readonly waiting: () => number
  close(): Promise<void>
}

/** What a route of the application may do. The same routes stand in both frameworks. */
interface Route {
  readonly path: string
  readonly guard?: 'optional' | Parameters<typeof requireSignIn>[0]
  readonly methods?: readonly ('GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS')[]
  /** `Cache-Control` of its responses. */
  readonly caching?: (query: URLSearchParams) => string
  /** `auth` as the framework offers it: reading it is what counts as a visit. */
  readonly run: (visitor: Visitor, query: URLSearchParams) => unknown
}

interface Visitor {
  readonly auth: Auth
}

const EVERY_METHOD = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const

/** What is guarded: the routes that say so, or every address there is. */
export type Guarding = 'routes' | 'everything'

/** The one application of these tests, in either framework. */
export function startApp(adapter: Adapter, gateway: Gateway, guarding: Guarding = 'routes'): Promise<RunningApp> {
  return adapter === 'fastify' ? startFastify(gateway, guarding) : startKoa(gateway, guarding)
}

function routesOf(gate: Gate): readonly Route[] {
  return [
    { path: '/', run: () => 'home' },
    { path: '/health', run: () => 'ok' },
    { path: '/public/:page', run: () => 'public' },
    // What the gateway sends people to in these tests.
    ...['/one', '/two', '/three', '/ok', '/dashboard'].map((path) => ({ path, run: () => `this is ${path}` })),
    { path: '/whoami', guard: 'optional', run: ({ auth }) => whoIs(auth) },
    { path: '/members', guard: {}, methods: EVERY_METHOD, run: ({ auth }) => ({ members: 'only', ...whoIs(auth) }) },
    { path: '/admin', guard: {}, run: () => 'for members only' },
    { path: '/scoped', guard: { scope: ['admin'] }, run: ({ auth }) => whoIs(auth) },
    { path: '/email', guard: { scope: ['email'] }, run: ({ auth }) => whoIs(auth) },
    { path: '/fresh', guard: { maxAge: 60 }, run: ({ auth }) => whoIs(auth) },
    { path: '/strong', guard: { acr: ['gold'] }, run: ({ auth }) => whoIs(auth) },
    { path: '/other-only', guard: { provider: 'other' }, run: ({ auth }) => whoIs(auth) },
    { path: '/broken-guard', guard: { where: throwing }, run: () => 'for nobody' },
    {
      path: '/cacheable',
      guard: {},
      caching: (query) => query.get('as') ?? 'public, max-age=600',
      run: ({ auth }) => whoIs(auth),
    },
    { path: '/token', guard: {}, methods: ['GET', 'POST'], run: ({ auth }) => tokenOf(auth) },
    { path: '/api', guard: {}, methods: ['GET', 'POST'], run: ({ auth }, query) => callApi(auth, query) },
    { path: '/slow', guard: {}, methods: ['GET', 'POST'], run: ({ auth }) => gate.pass().then(() => whoIs(auth)) },
  ]
}

function throwing(): boolean {
  throw new Error('the guard of the application broke')
}

function whoIs(auth: Auth): object {
  if (!auth.authenticated) return { authenticated: false }
  return { authenticated: true, provider: auth.provider, subject: auth.subject, scope: auth.scope }
}

/** A digest, because a token must not be seen in any response, not even in a test's own. */
async function tokenOf(auth: Auth): Promise<object> {
  if (!auth.authenticated) return {}
  const octets = await crypto.subtle.digest('SHA-256', Buffer.from(await auth.accessToken()))
  return { digest: Buffer.from(octets).toString('base64url') }
}

/** Calls the API named in `to`, as the signed-in user, and tells what it answered. */
async function callApi(auth: Auth, query: URLSearchParams): Promise<object> {
  if (!auth.authenticated) return {}
  const method = query.get('method') ?? 'GET'
  const init = method === 'GET' ? {} : { method, body: 'content' }
  const response = await auth.fetch(query.get('to') ?? '', init)
  return { status: response.status, body: await response.text() }
}

/** Where `/slow` waits. */
interface Gate {
  pass(): Promise<void>
  open(): void
  readonly waiting: () => number
}

function createGate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>()
  let waiting = 0
  return {
    async pass() {
      waiting += 1
      await promise
      waiting -= 1
    },
    open: resolve,
    waiting: () => waiting,
  }
}

async function startFastify(gateway: Gateway, guarding: Guarding): Promise<RunningApp> {
  const lines: string[] = []
  const gate = createGate()
  const app = Fastify({
    forceCloseConnections: true,
    logger: { level: 'trace', stream: { write: (line: string) => lines.push(line) } },
  })
  await app.register(postern, { gateway })
  if (guarding === 'everything') app.addHook('onRequest', requireInFastify())
  for (const { path, guard, methods = ['GET'], caching, run } of routesOf(gate)) {
    app.route({
      url: path,
      method: [...methods],
      onRequest: guard === undefined ? [] : [guard === 'optional' ? loadAuthInFastify() : requireInFastify(guard)],
      handler: async (request, reply) => {
        const query = new URL(request.url, 'http://app').searchParams
        if (caching !== undefined) reply.header('cache-control', caching(query))
        return run(request, query)
      },
    })
  }
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    adapter: 'fastify',
    address,
    gateway,
    log: () => lines.join(''),
    release: gate.open,
    waiting: gate.waiting,
    async close() {
      gate.open()
      await app.close()
    },
  }
}

async function startKoa(gateway: Gateway, guarding: Guarding): Promise<RunningApp> {
  const lines: string[] = []
  const gate = createGate()
  const app = new Koa<PosternState<Gateway>>()
  app.on('error', (error: unknown) => lines.push(inspect(error, { depth: 12, showHidden: true })))
  app.use(async (ctx, next) => {
    const { method, url, headers } = ctx.request
    await next()
    // What people put in front of their applications: one line a request, and the errors with everything in them.
    lines.push(`${method} ${url.split('?', 1)[0]} ${ctx.status} ${headers['user-agent']}\n`)
  })
  app.use(posternInKoa(gateway))
  if (guarding === 'everything') app.use(requireSignIn())
  const router = new Router<PosternState<Gateway>>()
  for (const { path, guard, methods = ['GET'], caching, run } of routesOf(gate)) {
    const guards = guard === undefined ? [] : [guard === 'optional' ? loadAuthInKoa() : requireSignIn(guard)]
    router.register(
      path,
      [...methods],
      [
        ...guards,
        async (ctx) => {
          const query = ctx.URL.searchParams
          if (caching !== undefined) ctx.set('cache-control', caching(query))
          ctx.body = await run(ctx.state, query)
        },
      ],
    )
  }
  app.use(router.routes())
  const server = createServer(app.callback())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A TCP server has an address object; only pipes have a string.
  const { port } = server.address() as AddressInfo
  return {
    adapter: 'koa',
    address: `http://127.0.0.1:${port}`,
    gateway,
    log: () => lines.join(''),
    release: gate.open,
    waiting: gate.waiting,
    async close() {
      gate.open()
      await gateway.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
