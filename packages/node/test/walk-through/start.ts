import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Gateway } from '@postern/core'
import type { AdapterUnderTest, ContractRoute } from '@postern/testing'
import { finish, type Handler, loadAuth, mount, readAuth, requireSignIn } from './adapter.ts'

export const start: AdapterUnderTest = async ({ gateway, routes, earlierCookie }) => {
  const handlers = new Map(
    routes.flatMap((route) => route.methods.map((method) => [`${method} ${route.path}`, handlerOf(route, gateway)])),
  )
  const listener = mount(gateway, async (message, response) => {
    const { pathname } = new URL(message.url ?? '/', 'http://127.0.0.1')
    const handler = handlers.get(`${message.method} ${pathname}`)
    if (handler === undefined) response.writeHead(404).end()
    else await handler(message, response)
  })
  const server = createServer((message, response) => {
    response.appendHeader('set-cookie', earlierCookie)
    listener(message, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(() => resolve())) }
}

function handlerOf({ access, respond }: ContractRoute, gateway: Gateway): Handler {
  const handler: Handler = async (message, response) => {
    const { status, headers, body } = await respond(() => readAuth(gateway, message))
    response.statusCode = status
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    finish(gateway, message, response)
    response.end(body)
  }
  if (access === 'open') return handler
  return access === 'loaded' ? loadAuth(gateway, handler) : requireSignIn(gateway, access, handler)
}
