import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer } from './answer.ts'
import { deliver } from './deliver.ts'

export interface ServerOptions {
  /** Default: any free port. */
  readonly port?: number | undefined
  /**
   * How the server calls itself in its own URLs. It listens on 127.0.0.1 either way. Two stand-ins are different
   * sites, to a browser, only when their host names differ: a port makes no site. Default `127.0.0.1`.
   */
  readonly hostname?: '127.0.0.1' | 'localhost' | undefined
  readonly answer: (message: IncomingMessage, origin: string) => Promise<Answer>
  /** Called for every connection, before anything has come over it. */
  readonly onConnection?: (() => void) | undefined
}

export interface RunningServer {
  readonly origin: string
  /** Stops listening and breaks every connection: from now on they are refused. */
  pause(): Promise<void>
  /** Listens again, on the same port. */
  resume(): Promise<void>
  /** Ends it for good. */
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'

/** A real HTTP server on 127.0.0.1 and nowhere else. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { hostname = LOOPBACK } = options
  const server = createServer(async (message, response) => {
    // A client that goes away while an answer drips is no fault of the stand-in.
    response.on('error', () => {})
    try {
      await deliver(await options.answer(message, origin), response)
    } catch (error) {
      response.statusCode = 500
      response.end(`The stand-in failed: ${error instanceof Error ? error.message : 'unknown'}`)
    }
  })
  if (options.onConnection !== undefined) server.on('connection', options.onConnection)
  const port = await listen(server, options.port ?? 0)
  const origin = `http://${hostname}:${port}`
  return {
    origin,
    pause: () => stop(server),
    resume: async () => {
      await listen(server, port)
    },
    close: () => stop(server),
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, LOOPBACK)
  await once(server, 'listening')
  // A server that listens on a TCP port has an address object, never a pipe name.
  return (server.address() as AddressInfo).port
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
