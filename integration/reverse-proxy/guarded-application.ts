import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An application that knows nothing of sign-in, and believes what its headers say. */
export interface GuardedApplication {
  readonly port: number
  /** Requests that have reached it since this was last called. */
  takeRequests(): readonly ReceivedRequest[]
  close(): Promise<void>
}

export interface ReceivedRequest {
  readonly method: string
  readonly url: string
  /** Values under every spelling of the names that say who asks, in order. */
  readonly identity: readonly string[]
  readonly body: string
}

/** Everything below `/private` says this, and nothing else does. */
export const CANARY = 'for members only'

export async function startGuardedApplication(): Promise<GuardedApplication> {
  let requests: ReceivedRequest[] = []
  const server = createServer(async (message, response) => {
    const { method = '', url = '', rawHeaders } = message
    const body = (await message.toArray()).join('')
    requests.push({ method, url, identity: identityIn(rawHeaders), body })
    response.setHeader('content-type', 'text/plain')
    response.setHeader('set-cookie', 'own=1')
    if (url === '/shared?public') response.setHeader('cache-control', 'public, max-age=600')
    if (url === '/shared?s-maxage') response.setHeader('cache-control', 'max-age=0, s-maxage=600')
    response.end(isPrivate(url) ? CANARY : 'for everybody')
  })
  const port = await listen(server)
  return {
    port,
    takeRequests() {
      const taken = requests
      requests = []
      return taken
    },
    close: () => stop(server),
  }
}

/** Reads a path as generously as any server does: decoded, in any case, and with what some read as separators. */
function isPrivate(url: string): boolean {
  const [path = ''] = url.replace(/^https?:\/\/[^/]*/, '').split(/[?#]/)
  const decoded = path.replace(/%([0-9a-f]{2})/gi, (_, octet) => String.fromCharCode(Number.parseInt(octet, 16)))
  const segments = decoded.toLowerCase().split(/[\\/]/)
  const resolved: string[] = []
  for (const segment of segments.map((it) => it.replace(/[;\0].*/, ''))) {
    if (segment === '..') resolved.pop()
    else if (segment !== '.' && segment !== '') resolved.push(segment)
  }
  return resolved[0] === 'private'
}

function identityIn(rawHeaders: readonly string[]): readonly string[] {
  const isIdentity = (name = ''): boolean => /^x[-_]user[-_](?:id|name)$/i.test(name)
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && isIdentity(name) ? [`${name.toLowerCase()}: ${rawHeaders[index + 1]}`] : [],
  )
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A TCP server has an address object; only pipes have a string.
  return (server.address() as AddressInfo).port
}

export async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
