import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { IdentifyContext } from '@postern/core'

export interface ApiAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** A string is sent as it is, as HTML. Anything else is sent as JSON. */
  readonly body: unknown
}

export interface ApiRequest {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface ScriptedApi {
  readonly address: string
  readonly requests: readonly ApiRequest[]
  /** What every request gets from now on. */
  answerWith(answer: ApiAnswer): void
  close(): Promise<void>
}

/** A provider's API on a real socket, which says what it is told to say. */
export async function startApi(): Promise<ScriptedApi> {
  const requests: ApiRequest[] = []
  let answer: ApiAnswer = { status: 200, body: {} }
  const server = createServer(async (message, response) => {
    let body = ''
    for await (const chunk of message.setEncoding('utf8')) body += chunk
    requests.push({ method: message.method, url: message.url, headers: message.headers, body })
    const isHtml = typeof answer.body === 'string'
    response.writeHead(answer.status, { 'content-type': isHtml ? 'text/html' : 'application/json', ...answer.headers })
    response.end(isHtml ? answer.body : JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}/`,
    requests,
    answerWith: (next) => {
      answer = next
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** What the core hands to `identify`, with a `fetch` that really asks. */
export function contextOf(accessToken: string): IdentifyContext {
  return {
    accessToken,
    claims: {},
    origin: 'https://app.example',
    fetch: async (url, init) => {
      const response = await fetch(url, { ...init, redirect: 'manual' })
      const text = await response.text()
      return { status: response.status, headers: response.headers, json: parsed(text) }
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
