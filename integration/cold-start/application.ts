import type { IncomingMessage, RequestListener, Server } from 'node:http'
import { registerHooks } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Gateway } from '@postern/core'

// This process is told which adapter to start with, starts, and is then used by two browsers at once. It prints what was
// loaded by then, each time.

export interface Report {
  /** Modules of packages, each as often as it was loaded, and those of Node that are behind its `fetch`. */
  readonly started: readonly string[]
  readonly signedIn: readonly string[]
  readonly forwarded: readonly string[]
  /** What the browsers got: the sign-ins, then the forwarded requests. */
  readonly statuses: readonly number[]
}

const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

// An import would load the `fetch` of Node, and whether somebody else does is the question.
const http = process.getBuiltinModule('node:http')

const loaded: string[] = []
registerHooks({
  load(url, context, next) {
    loaded.push(url)
    return next(url, context)
  },
})

/** Node lists what of itself it has loaded, and does not document it. */
function loadedSoFar(): readonly string[] {
  const { moduleLoadList = [] } = process as { readonly moduleLoadList?: readonly string[] }
  return [...loaded, ...moduleLoadList.filter((name) => name.includes('undici'))]
}

const LISTENERS: Readonly<Record<string, (gateway: Gateway) => Promise<RequestListener>>> = {
  async node(gateway) {
    const { createHandler } = await import('@postern/node')
    return createHandler(gateway)
  },
  async fastify(gateway) {
    const [{ default: Fastify }, { default: postern }] = await Promise.all([
      import('fastify'),
      import('@postern/fastify'),
    ])
    const app = Fastify()
    await app.register(postern, { gateway })
    await app.ready()
    return app.routing
  },
  async koa(gateway) {
    const [{ default: Koa }, { postern }] = await Promise.all([import('koa'), import('@postern/koa')])
    return new Koa().use(postern(gateway)).callback()
  },
}

const core = await import('@postern/core')
const target = await listening((_message, response) => response.end('{}'))
const castle = core.defineProvider({
  id: 'castle',
  protocol: 'oauth2',
  name: 'Castle',
  clientId: 'cold-start',
  clientAuthentication: { method: 'client_secret_post', clientSecret: 'kept in this process' },
  endpoints: { authorization: 'https://castle.example/authorize', token: 'https://castle.example/token' },
  apiOrigins: [originOf(target)],
  loopback: core.insecureLoopback,
  identify: async ({ accessToken }) => ({ id: accessToken }),
})
const gateway = core.createGateway({
  origin: 'https://app.example',
  secrets: ['q8Zt3Yw0uN5sKbV1xJ7mDfRcGhL2eAoP4iCyT6Ba'],
  fetch: async (_input, init) => {
    const code = new URLSearchParams(String(init?.body)).get('code')
    return Response.json({ access_token: code, token_type: 'bearer', expires_in: 3600 })
  },
  providers: [castle],
  proxy: { '/api': { target: originOf(target), provider: 'castle' } },
})
const listener = await LISTENERS[process.argv[2] ?? '']?.(gateway)
const server = await listening(listener)
const started = loadedSoFar()

const signIns = await Promise.all([signIn('ann'), signIn('bob')])
const signedIn = loadedSoFar()

const forwards = await Promise.all(
  signIns.map(({ cookie }) => ask('/api/books', { cookie, 'sec-fetch-site': 'same-origin' })),
)
const forwarded = loadedSoFar()

const statuses = [...signIns, ...forwards].map(({ status }) => status)
console.log(JSON.stringify({ started, signedIn, forwarded, statuses } satisfies Report))
await gateway.close()
for (const each of [server, target]) each.close().closeAllConnections()

async function signIn(who: string): Promise<Answer> {
  const login = await ask('/auth/login/castle', NAVIGATION)
  const state = new URL(login.location).searchParams.get('state')
  return ask(`/auth/callback/castle?code=${who}&state=${state}`, { ...NAVIGATION, cookie: login.cookie })
}

interface Answer {
  readonly status: number
  readonly location: string
  /** What a browser sends from now on. */
  readonly cookie: string
}

async function ask(path: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    http
      .request(`${originOf(server)}${path}`, { headers: { ...headers, host: 'app.example' } }, resolve)
      .on('error', reject)
      .end()
  })
  response.resume()
  const lines = (response.headers['set-cookie'] ?? []).filter((line) => !line.includes('Max-Age=0'))
  return {
    status: response.statusCode ?? 0,
    location: response.headers.location ?? '',
    cookie: lines.map((line) => line.split(';', 1)[0]).join('; '),
  }
}

async function listening(listener: RequestListener | undefined): Promise<Server> {
  const server = http.createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
