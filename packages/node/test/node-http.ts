import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Visit } from '@postern/core'
import type { AdapterMount, AdapterUnderTest, ContractRoute } from '@postern/testing'
import { createHandler, pathOf, sendReply, settle } from '../src/index.ts'

/** The parts of an adapter for `node:http`, so that tests can spoil one and keep the others. */
export interface Parts {
  createHandler: typeof createHandler
  sendReply: typeof sendReply
  settle: typeof settle
  /** Sets the cookie that the contract wants set before the gateway runs. */
  prepare(response: ServerResponse, earlierCookie: string): void
  /** May the handler run? Answers when not. */
  admit(route: ContractRoute, visit: Visit, response: ServerResponse): Promise<boolean>
  /** Wraps everything. */
  listen(handler: RequestListener): RequestListener
}

export const PARTS: Parts = {
  createHandler,
  sendReply,
  settle,
  prepare: (response, earlierCookie) => response.appendHeader('set-cookie', earlierCookie),
  async admit({ access }, visit, response) {
    if (access === 'open') return true
    const decision = access === 'loaded' ? await visit.load() : await visit.guard(access)
    if (decision?.type !== 'reply') return true
    sendReply(response, decision)
    return false
  },
  listen: (handler) => handler,
}

export function nodeAdapter(changes: Partial<Parts> = {}): AdapterUnderTest {
  const parts = { ...PARTS, ...changes }
  return async ({ gateway, routes, earlierCookie }: AdapterMount) => {
    const handler = parts.createHandler(gateway, (message, response, visit) => {
      serve(routes, visit, message, response, parts).catch(() => response.writeHead(500).end())
    })
    const server = createServer(
      parts.listen((message, response) => {
        parts.prepare(response, earlierCookie)
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

async function serve(
  routes: readonly ContractRoute[],
  visit: Visit,
  message: IncomingMessage,
  response: ServerResponse,
  parts: Parts,
): Promise<void> {
  const path = pathOf(message.url ?? '/')
  const route = routes.find((it) => it.path === path && it.methods.some((method) => method === message.method))
  if (route === undefined) {
    response.writeHead(404).end()
    return
  }
  if (!(await parts.admit(route, visit, response))) return
  const { status, headers, body } = await route.respond(() => visit.auth)
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  parts.settle(response, visit)
  response.end(body)
}
