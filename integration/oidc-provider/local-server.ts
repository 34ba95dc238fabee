import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An HTTP server on 127.0.0.1, whose address is known before what answers there is made. */
export interface LocalServer {
  readonly origin: string
  /** Who answers from now on. */
  serve(listener: RequestListener): void
  /** Refuses connections, and breaks those there are, until `resume()`. */
  pause(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}

/** To a browser two ports are one site: the provider is called `localhost`, so that it is another. */
export async function startLocalServer(hostname: '127.0.0.1' | 'localhost'): Promise<LocalServer> {
  let answer: RequestListener = (_request, response) => response.writeHead(503).end()
  const server = createServer((request, response) => answer(request, response))
  const port = await listen(server, 0)
  return {
    origin: `http://${hostname}:${port}`,
    serve(listener) {
      answer = listener
    },
    pause: () => stop(server),
    async resume() {
      if (!server.listening) await listen(server, port)
    },
    close: () => stop(server),
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
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
