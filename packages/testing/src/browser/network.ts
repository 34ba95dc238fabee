import { request } from 'node:http'
import type { Readable } from 'node:stream'
import { isLoopback } from './site.ts'

/** The way to servers: this computer, and the names that stand for a server on it. */
export interface Network {
  /** One request, one response; nothing is followed and nothing is decoded. */
  send(outgoing: Outgoing): Promise<Incoming>
  /** Host and port to connect to. Throws for anything that is not on this computer. */
  address(url: URL): { readonly host: string; readonly port: number }
}

export interface Outgoing {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface Incoming {
  readonly status: number
  readonly headers: Headers
  readonly setCookies: readonly string[]
  readonly body: Buffer
}

/** Real sockets. `hosts` maps public origins to loopback ones; `timeout` is in milliseconds, for one response. */
export function createNetwork(hosts: Readonly<Record<string, string>>, timeout: number): Network {
  const address: Network['address'] = (url) => {
    const { protocol, hostname, port } = new URL(hosts[url.origin] ?? url.origin)
    if (protocol !== 'http:' || !isLoopback(hostname)) {
      throw new Error(`This browser reaches only this computer. To let it open ${url.origin}, add it to \`hosts\`.`)
    }
    const host = hostname.endsWith('.localhost') ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '')
    return { host, port: port === '' ? 80 : Number(port) }
  }
  return { address, send: (outgoing) => send(outgoing, address(outgoing.url), timeout) }
}

function send(
  { method, url, headers, body }: Outgoing,
  { host, port }: { readonly host: string; readonly port: number },
  timeout: number,
): Promise<Incoming> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      method,
      host,
      port,
      path: url.pathname + url.search,
      headers: { host: url.host, ...headers },
      agent: false,
      signal: AbortSignal.timeout(timeout),
    })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      readAll(response).then((octets) => {
        resolve({
          status: response.statusCode ?? 0,
          headers: toHeaders(response.rawHeaders),
          setCookies: response.headers['set-cookie'] ?? [],
          body: octets,
        })
      }, reject)
    })
    outgoing.end(body)
  })
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function toHeaders(rawHeaders: readonly string[]): Headers {
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  return headers
}
