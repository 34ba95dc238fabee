import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type Cookie,
  createGateway,
  defineProvider,
  GatewayError,
  type GatewayRequest,
  insecureLoopback,
  type Reply,
  type Store,
  serializeCookie,
} from '@postern/core'
import type { MakeSharedStore } from '../store-contract/store-under-test.ts'
import { digest, type FromProcess, ORIGIN, PROCESS_HEADER, PROVIDER, type Setup, type ToProcess } from './messages.ts'

// One process of the application that races: a gateway, and one page that asks for the access token. It is the parent
// that moves its clock, lets it present refresh tokens, and kills it.

// Only the parent starts this.
const setup = JSON.parse(process.argv[2] ?? '') as Setup
const permissions = new Map<number, () => void>()
let ahead = 0

const gateway = createGateway({
  origin: ORIGIN,
  // All processes of one race share it, and nobody else.
  secrets: [setup.clientSecret],
  providers: [
    defineProvider({
      id: PROVIDER,
      name: 'Race',
      protocol: 'oidc',
      issuer: setup.issuer,
      clientId: setup.clientId,
      clientAuthentication: { method: 'client_secret_basic', clientSecret: setup.clientSecret },
      capabilities: { rotation: true },
      userinfo: 'skip',
      timeout: setup.timeout,
      loopback: insecureLoopback,
      identify: async ({ claims }) => ({ id: String(claims['sub']) }),
    }),
  ],
  ...(setup.store === undefined ? { processes: 1 } : { store: await makeStore(setup.store) }),
  fetch: withPermission,
  now: () => Date.now() + ahead,
})

const server = createServer((message, response) => {
  answer(message, response).catch((error: unknown) => fail(response, error))
})
// Waiting for the lease of a process that was killed takes longer than the usual five seconds.
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => {
  // A server on a port has an address object.
  tell({ type: 'listening', port: (server.address() as AddressInfo).port })
})

process.on('message', (message: ToProcess) => {
  switch (message.type) {
    case 'advance':
      ahead += message.milliseconds
      tell({ type: 'advanced' })
      break
    case 'present':
      permissions.get(message.id)?.()
      permissions.delete(message.id)
      break
    case 'close':
      server.closeAllConnections()
      server.close()
      gateway.close().then(() => process.disconnect(), fatal)
      break
  }
})
process.on('disconnect', () => process.exit())

async function makeStore({ url, setting }: NonNullable<Setup['store']>): Promise<Store> {
  // `StoreModule` says what it exports.
  const { makeStore: make } = (await import(url)) as { readonly makeStore: MakeSharedStore }
  return make(setting)
}

async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = requestOf(message)
  if (request.target.startsWith(`${gateway.basePath}/`)) return send(response, await gateway.handle(request))
  const visit = gateway.visit(request)
  const decision = await visit.guard({})
  if (decision.type === 'reply') return send(response, decision)
  const { auth } = visit
  const token = auth.authenticated ? digest(await auth.accessToken()) : undefined
  addCookies(response, visit.settle(undefined)?.cookies ?? [])
  response.end(JSON.stringify({ subject: auth.authenticated ? auth.subject : undefined, token }))
}

function requestOf({ method = 'GET', url = '/', headers, rawHeaders }: IncomingMessage): GatewayRequest {
  const form = () => Promise.reject(new GatewayError('media_type_unsupported'))
  return { method, target: url, headers, rawHeaders, form }
}

function send(response: ServerResponse, { status, headers, cookies, body }: Reply): void {
  response.statusCode = status
  for (const [name, value] of headers) response.setHeader(name, value)
  addCookies(response, cookies)
  response.end(body)
}

function addCookies(response: ServerResponse, cookies: readonly Cookie[]): void {
  for (const cookie of cookies) response.appendHeader('set-cookie', serializeCookie(cookie))
}

function fail(response: ServerResponse, error: unknown): void {
  response.statusCode = error instanceof GatewayError ? error.status : 500
  response.end(JSON.stringify({ code: error instanceof GatewayError ? error.code : String(error) }))
}

/** Asks the parent before a refresh token is presented, and says on every call which process this is. */
async function withPermission(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const { body } = init
  const isForm = typeof body === 'string' || body instanceof URLSearchParams
  const token = isForm ? new URLSearchParams(body).get('refresh_token') : null
  if (token !== null) await permissionFor(token)
  const headers = new Headers(init.headers)
  headers.set(PROCESS_HEADER, String(process.pid))
  return fetch(input, { ...init, headers })
}

function permissionFor(token: string): Promise<void> {
  const id = randomBytes(6).readUIntBE(0, 6)
  return new Promise((resolve) => {
    permissions.set(id, resolve)
    tell({ type: 'presenting', id, token: digest(token) })
  })
}

function tell(message: FromProcess): void {
  process.send?.(message)
}

function fatal(error: unknown): never {
  throw error
}
