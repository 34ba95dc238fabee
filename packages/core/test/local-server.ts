import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What a local server was sent. */
export interface Received {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Respond = (response: ServerResponse, request: Received) => void | Promise<void>

export interface LocalServer {
  readonly origin: string
  readonly received: readonly Received[]
  /** What was received for one path, the query left aside. */
  receivedAt(path: string): readonly Received[]
  /** Replaces what answers, for one path or, with `*`, for all without their own. */
  on(path: string, respond: Respond): void
  close(): Promise<void>
}

/** A real HTTP server on 127.0.0.1 that does what a test tells it. Unknown paths get 404. */
export async function startServer(respond?: Respond): Promise<LocalServer> {
  const received: Received[] = []
  const responders = new Map<string, Respond>()
  if (respond !== undefined) responders.set('*', respond)

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    const entry = { method, target: url, headers, body: Buffer.concat(chunks).toString() }
    received.push(entry)
    const responder = responders.get(pathOf(url)) ?? responders.get('*') ?? json(404, {})
    await responder(response, entry)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')

  return {
    origin: `http://127.0.0.1:${address.port}`,
    received,
    receivedAt: (path) => received.filter(({ target }) => pathOf(target) === path),
    on: (path, replacement) => {
      responders.set(path, replacement)
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Respond {
  return text(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers })
}

export function text(status: number, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Respond {
  return (response) => {
    response.writeHead(status, { ...headers }).end(body)
  }
}

/** An address at which nothing listens. */
export async function unusedOrigin(): Promise<string> {
  const server = await startServer()
  await server.close()
  return server.origin
}

function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? ''
}
