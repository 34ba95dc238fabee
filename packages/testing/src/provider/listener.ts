import { type RecordedRequest, recordRequest } from '../server/recorded-request.ts'
import { startServer } from '../server/start-server.ts'

/** A place nobody may come to. */
export interface Listener {
  readonly origin: string
  /** Connections so far, whether or not a request came over them. */
  readonly connections: number
  readonly requests: readonly RecordedRequest[]
  close(): Promise<void>
}

export interface ListenerOptions {
  readonly port?: number | undefined
  readonly hostname?: '127.0.0.1' | 'localhost' | undefined
}

/**
 * Stands for the attacker's server: it counts every connection and answers every request with 200, so whoever
 * follows a redirect there is seen and not stopped. A test ends by expecting zero.
 */
export async function startListener(options: ListenerOptions = {}): Promise<Listener> {
  const requests: RecordedRequest[] = []
  let connections = 0
  const server = await startServer({
    ...options,
    onConnection: () => {
      connections += 1
    },
    answer: async (message) => {
      requests.push(await recordRequest(message, () => 'unknown', Date.now))
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'You should not have come here.' }
    },
  })
  return {
    origin: server.origin,
    get connections() {
      return connections
    },
    requests,
    close: server.close,
  }
}
