import { type Browser, createBrowser } from '../src/browser/browser.ts'
import type { HttpAnswer } from '../src/server/answer.ts'
import { type RecordedRequest, recordRequest } from '../src/server/recorded-request.ts'
import { startServer } from '../src/server/start-server.ts'

export const APP = 'https://app.example'
export const IDP = 'https://idp.example'

/** Two sites behind one server, which tells them apart by `Host`. */
export interface TwoSites {
  readonly origin: string
  /** A new browser, and what the sites answer from now on. */
  open(handler: (request: RecordedRequest) => HttpAnswer): Browser
  /** Requests since the last `open`. */
  readonly seen: readonly RecordedRequest[]
  /** One header of each of them. */
  header(name: string): readonly unknown[]
  close(): Promise<void>
}

export async function startTwoSites(): Promise<TwoSites> {
  let handler: (request: RecordedRequest) => HttpAnswer = () => ({ status: 200 })
  const seen: RecordedRequest[] = []
  const server = await startServer({
    answer: async (message) => {
      const request = await recordRequest(message, () => 'unknown', Date.now)
      seen.push(request)
      return handler(request)
    },
  })
  return {
    origin: server.origin,
    open(next) {
      handler = next
      seen.length = 0
      return createBrowser({ origin: APP, hosts: { [APP]: server.origin, [IDP]: server.origin } })
    },
    seen,
    header: (name) => seen.map(({ headers }) => headers[name]),
    close: server.close,
  }
}
