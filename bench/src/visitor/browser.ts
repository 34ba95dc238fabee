import { Agent, type IncomingHttpHeaders, request } from 'node:http'

/** What a browser sends: the part of a request that is not its cookies. */
export interface Visit {
  readonly method?: 'GET' | 'POST'
  /** An absolute URL, or a path of the browser's own site. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A browser that visits one site, and keeps its cookies as long as they live. */
export interface Browser {
  visit(visit: Visit): Promise<Answer>
  /** The `Cookie` header of its next request. Empty without cookies. */
  cookies(): string
}

// Many browsers are busy at once while callbacks are prepared.
const agent = new Agent({ keepAlive: true, maxSockets: 32 })

/** Sent by every browser that opens a page: a gateway starts no sign-in for anything else. */
export const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

export function createBrowser(origin: string): Browser {
  const jar = new Map<string, string>()
  const cookies = (): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  return {
    cookies,
    async visit(visit) {
      const answer = await send(new URL(visit.url, origin), visit, cookies())
      for (const line of answer.headers['set-cookie'] ?? []) keep(jar, line)
      return answer
    },
  }
}

/** The same request as the load generator sends it: its bytes. */
export function bytesOf({ method = 'GET', url, headers = {}, body = '' }: Visit, origin: string, cookies = ''): string {
  const length = method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const all = { host: new URL(origin).host, ...headers, ...(cookies === '' ? {} : { cookie: cookies }), ...length }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${url} HTTP/1.1\r\n${head.join('')}\r\n${body}`
}

function send(url: URL, { method = 'GET', headers, body = '' }: Visit, cookies: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const all = { ...headers, ...(cookies === '' ? {} : { cookie: cookies }) }
    const length = method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body) }
    const outgoing = request(url, { method, agent, headers: { ...all, ...length } }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const { statusCode: status = 0, headers } = incoming
        resolve({ status, headers, body: Buffer.concat(chunks).toString() })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';')
  const at = pair.indexOf('=')
  const name = pair.slice(0, at).trim()
  if (attributes.some(isOver)) jar.delete(name)
  else jar.set(name, pair.slice(at + 1).trim())
}

function isOver(attribute: string): boolean {
  const [name = '', value = ''] = attribute.trim().split('=')
  if (name.toLowerCase() === 'max-age') return Number(value) <= 0
  return name.toLowerCase() === 'expires' && Date.parse(value) <= Date.now()
}
