import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import type { Gateway } from '@postern/core'
import postern from '@postern/fastify'
import { postern as koaPostern } from '@postern/koa'
import { createHandler } from '@postern/node'
import Fastify from 'fastify'
import Koa from 'koa'

/** A running application. */
export interface RunningApp {
  readonly port: number
  /** As an operator stops it: the gateway first, then the server. */
  close(): Promise<void>
}

/** One application with nothing in it but the gateway and `/public`, in each framework. */
export const ADAPTERS: Readonly<
  Record<string, (gateway: Gateway, failures?: 'render' | 'throw') => Promise<RunningApp>>
> = {
  async fastify(gateway, failures) {
    const app = Fastify()
    await app.register(postern, { gateway, failures })
    app.get('/public', async () => 'public')
    await app.listen({ host: '127.0.0.1', port: 0 })
    return { port: portOf(app.server), close: () => app.close() }
  },
  async koa(gateway, failures) {
    const app = new Koa()
    app.silent = true
    app.use(koaPostern(gateway, { failures }))
    app.use((ctx) => {
      if (ctx.path === '/public') ctx.body = 'public'
    })
    return listenFor(gateway, app.callback())
  },
  async node(gateway) {
    return listenFor(
      gateway,
      createHandler(gateway, ({ url }, response) => response.writeHead(url === '/public' ? 200 : 404).end('public')),
    )
  },
}

async function listenFor(gateway: Gateway, listener: RequestListener): Promise<RunningApp> {
  const server = createServer(listener)
  const port = await listen(server)
  return {
    port,
    async close() {
      await gateway.close()
      await stop(server)
    },
  }
}

/** A target, and what it has been asked so far. */
export interface Target {
  readonly port: number
  readonly origin: string
  readonly requests: readonly TargetRequest[]
  close(): Promise<void>
}

export interface TargetRequest {
  readonly method: string
  /** Path and query, as received. */
  readonly target: string
  /** Names and values alternating, as received. */
  readonly rawHeaders: readonly string[]
}

export async function startTarget(listener: RequestListener): Promise<Target> {
  const requests: TargetRequest[] = []
  const server = createServer((message, response) => {
    requests.push({ method: message.method ?? '', target: message.url ?? '', rawHeaders: message.rawHeaders })
    listener(message, response)
  })
  const port = await listen(server)
  return { port, origin: `http://127.0.0.1:${port}`, requests, close: () => stop(server) }
}

/** A listener below HTTP, for targets that misbehave and for places that must never be contacted. */
export interface Plain {
  readonly port: number
  readonly origin: string
  readonly connections: () => number
  close(): Promise<void>
}

export async function startPlain(onConnection: (socket: Socket) => void = () => undefined): Promise<Plain> {
  let connections = 0
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  const port = await listen(server)
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return portOf(server)
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

function portOf(server: Server | TcpServer): number {
  // A TCP server has an address object; only pipes have a string.
  return (server.address() as AddressInfo).port
}
