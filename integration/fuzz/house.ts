import { createServer, type Server } from 'node:http'
import type { AddressInfo, Server as TcpServer } from 'node:net'
import { createGateway, defineProvider, type Gateway, type GatewayRequest, insecureLoopback } from '@postern/core'
import { signInAt } from '../sign-in.ts'

/** Where browsers believe the application to be. No test listens there. */
export const ORIGIN = 'https://app.example'

/** A part of the application behind one route. Its handler says its name, and leaves a note that it ran. */
export interface Door {
  readonly name: string
  readonly isGuarded: boolean
}

/** A running application with guarded doors and open ones. */
export interface House {
  readonly port: number
  readonly gateway: Gateway
  /** `Cookie` of a browser in which ann is signed in. */
  readonly cookie: string
  /** Every door that was gone through since this was last called, in order. */
  takeVisits(): readonly Door[]
  close(): Promise<void>
}

/** What a variant of an application is built of. */
export interface Site {
  readonly gateway: Gateway
  /** What the handler of a door does: leaves its note, and returns the body. */
  enter(door: Door): string
}

/** Starts the application; resolves with its server and what stops it. */
export type Builder = (site: Site) => Promise<{ readonly server: Server; close(): Promise<void> }>

/** One way to set up a router. */
export interface Variant {
  readonly name: string
  readonly build: Builder
  /** What request targets are made from. */
  readonly addresses: readonly string[]
  readonly basePath?: string
  readonly apiPrefix?: string
  /** Where routes are told apart by host. */
  readonly hosts?: readonly string[]
}

/** Everything behind a guarded door says this, and nothing else does. */
export const CANARY = 'for members only'

/** Starts an application as a variant says. `/api` of it is forwarded to a server of its own. */
export async function openHouse({ build, basePath = '/auth', apiPrefix = '/api' }: Variant): Promise<House> {
  let visits: Door[] = []
  const enter = (door: Door): string => {
    visits.push(door)
    return `${door.isGuarded ? CANARY : 'for everybody'}: ${door.name}`
  }
  const target = createServer(({ url = '' }, response) => {
    const isBelow = url === '/v1' || url.startsWith('/v1/') || url.startsWith('/v1?')
    response.end(enter({ name: isBelow ? 'api' : `escaped to ${url}`, isGuarded: true }))
  })
  const gateway = createFuzzGateway(basePath, { [apiPrefix]: `http://127.0.0.1:${await listen(target)}/v1` })
  const { server, close } = await build({ gateway, enter })
  return {
    port: portOf(server),
    gateway,
    cookie: await signInAt(gateway, 'castle', 'ann'),
    takeVisits() {
      const taken = visits
      visits = []
      return taken
    },
    async close() {
      await close()
      target.closeAllConnections()
      target.close()
    },
  }
}

/** A gateway with a provider in this process: a code is the name of whom it signs in. */
function createFuzzGateway(basePath: string, targets: Readonly<Record<string, string>>): Gateway {
  const address = 'https://castle.example'
  const castle = defineProvider({
    id: 'castle',
    protocol: 'oauth2',
    name: 'Castle',
    clientId: 'fuzz',
    clientAuthentication: { method: 'client_secret_post', clientSecret: 'kept in this process' },
    endpoints: { authorization: `${address}/authorize`, token: `${address}/token` },
    apiOrigins: Object.values(targets).map((target) => new URL(target).origin),
    loopback: insecureLoopback,
    identify: async ({ accessToken }) => ({ id: accessToken, name: accessToken }),
  })
  return createGateway({
    origin: ORIGIN,
    basePath,
    secrets: ['fZ8t3Yw0uN5sKbV1xJ7mDfRcGhL2eAoP4iCyT6Bz'],
    providers: [castle],
    proxy: Object.fromEntries(
      Object.entries(targets).map(([prefix, target]) => [prefix, { target, provider: 'castle' }] as const),
    ),
    fetch: async (_input, init) => {
      const code = new URLSearchParams(String(init?.body)).get('code')
      return Response.json({ access_token: code, token_type: 'bearer', expires_in: 31_536_000 })
    },
  })
}

/** A person opening a page, as an adapter would hand it in. */
export function navigation(target: string, method = 'GET', cookie = ''): GatewayRequest {
  const mode = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'same-origin' }
  const headers = { accept: 'text/html', cookie, ...mode }
  return { method, target, headers, rawHeaders: [], form: async () => new URLSearchParams() }
}

/** What the browser would send back of the cookies it was given. */
export function cookieHeader({ cookies }: Pick<Awaited<ReturnType<Gateway['handle']>>, 'cookies'>): string {
  const kept = cookies.filter(({ attributes }) => attributes.maxAge !== 0)
  return kept.map(({ name, value }) => `${name}=${value}`).join('; ')
}

export async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return portOf(server)
}

function portOf(server: Server | TcpServer): number {
  // A TCP server has an address object; only pipes have a string.
  return (server.address() as AddressInfo).port
}
