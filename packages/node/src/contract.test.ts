import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Visit } from '@postern/core'
import { type AdapterMount, adapterContract, type ContractRoute, type RunningAdapter } from '@postern/testing'
import { describe, it } from 'vitest'
import { createHandler, pathOf, sendReply, settle } from './index.ts'

describe('the adapter contract on node:http', () => {
  for (const { name, run } of adapterContract) it(name, () => run(start))
})

async function start({ gateway, routes, earlierCookie }: AdapterMount): Promise<RunningAdapter> {
  const handler = createHandler(gateway, (message, response, visit) => {
    const path = pathOf(message.url ?? '/')
    const route = routes.find((it) => it.path === path && it.methods.some((method) => method === message.method))
    serve(route, visit, message, response).catch(() => response.writeHead(500).end())
  })
  const server = createServer((message, response) => {
    response.appendHeader('set-cookie', earlierCookie)
    handler(message, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function serve(
  route: ContractRoute | undefined,
  visit: Visit,
  _message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (route === undefined) {
    response.writeHead(404).end()
    return
  }
  if (route.access === 'loaded') await visit.load()
  else if (route.access !== 'open') {
    const decision = await visit.guard(route.access)
    if (decision.type === 'reply') return sendReply(response, decision)
  }
  const { status, headers, body } = await route.respond(() => visit.auth)
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  settle(response, visit)
  response.end(body)
}
