import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** Where the contract's gateway forwards to, and what has arrived there. */
export interface ForwardTarget {
  readonly origin: string
  /** Oldest first. */
  readonly received: readonly ForwardedRequest[]
  /** Lets `/v1/stream` go on to its second half. */
  release(): void
  close(): Promise<void>
}

export interface ForwardedRequest {
  readonly method: string
  /** Path and query, as they arrived. */
  readonly target: string
  readonly headers: IncomingMessage['headers']
  /** Octets, one character each. Rejects when the body breaks off. */
  readonly body: Promise<string>
}

export async function startForwardTarget(): Promise<ForwardTarget> {
  const received: ForwardedRequest[] = []
  const gate = Promise.withResolvers<void>()
  const server = createServer(async (message, response) => {
    const body = buffer(message).then((octets) => octets.toString('latin1'))
    // Whoever asks for the body sees that it broke off.
    body.catch(() => undefined)
    received.push({ method: message.method ?? '', target: message.url ?? '', headers: message.headers, body })
    await respond(message.url ?? '', response, body, gate.promise)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on a TCP port has an address object, never a pipe name.
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    release: () => gate.resolve(),
    async close() {
      gate.resolve()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function respond(
  url: string,
  response: ServerResponse,
  body: Promise<string>,
  released: Promise<void>,
): Promise<void> {
  if (url === '/v1/stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n')
    await released
    response.end('data: second\n\n')
  } else if (url === '/v1/broken') {
    response.writeHead(200).write('half', () => setImmediate(() => response.destroy()))
  } else {
    const text = await body.catch(() => '')
    response.writeHead(203, { 'content-type': 'text/x-odd;charset="x"', vary: 'x-odd', 'x-odd': '1', etag: '"odd"' })
    response.end(`${text.length} octets`)
  }
}
