import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Gateway, Visit } from '@postern/core'
import type { AdapterUnderTest, ContractRoute } from '@postern/testing'
import { createHandler, pathOf, sendReply, settle } from '../src/index.ts'

/** The parts of an adapter for `node:http`, so that a test can spoil one and keep the others. */
export interface Parts {
  /** The gateway, as this adapter uses it. */
  readonly gateway: (gateway: Gateway) => Gateway
  /** Everything that comes in, and everything that goes out. */
  readonly listener: (listener: RequestListener) => RequestListener
  /** May the handler of the route run? Answers when it may not. */
  readonly admit: (route: ContractRoute, visit: Visit, response: ServerResponse) => Promise<boolean>
  readonly settle: typeof settle
}

const WHOLE: Parts = {
  gateway: (gateway) => gateway,
  listener: (listener) => listener,
  async admit({ access }, visit, response) {
    if (access === 'open') return true
    const decision = access === 'loaded' ? await visit.load() : await visit.guard(access)
    if (decision?.type !== 'reply') return true
    sendReply(response, decision)
    return false
  },
  settle,
}

/** `createHandler` in a server, with the application of the contract behind it. */
export function nodeAdapter(spoilt: Partial<Parts> = {}): AdapterUnderTest {
  const parts = { ...WHOLE, ...spoilt }
  return async ({ gateway, routes, earlierCookie }) => {
    const handler = createHandler(parts.gateway(gateway), (message, response, visit) => {
      const path = pathOf(message.url ?? '/')
      const route = routes.find((it) => it.path === path && it.methods.some((method) => method === message.method))
      serve(route, visit, response, parts).catch(() => response.writeHead(500).end())
    })
    const server = createServer(
      parts.listener((message: IncomingMessage, response) => {
        response.appendHeader('set-cookie', earlierCookie)
        handler(message, response)
      }),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // A TCP server has an address object; only pipes have a string.
    const { port } = server.address() as AddressInfo
    return {
      origin: `http://127.0.0.1:${port}`,
      close: () => new Promise((resolve) => server.close(() => resolve())),
    }
  }
}

async function serve(route: ContractRoute | undefined, visit: Visit, response: ServerResponse, parts: Parts) {
  if (route === undefined) return response.writeHead(404).end()
  if (!(await parts.admit(route, visit, response))) return response
  const { status, headers, body } = await route.respond(() => visit.auth)
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  parts.settle(response, visit)
  return response.end(body)
}
