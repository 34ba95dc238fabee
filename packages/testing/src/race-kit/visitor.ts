import { type Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { ORIGIN, PROVIDER, type TokenAnswer } from './messages.ts'

/** A browser that takes part in the race. */
export interface Visitor {
  /** Signs in at the process that listens on this port. */
  signIn(port: number): Promise<void>
  /** Asks for a page that needs the access token. Rejects when the connection breaks. */
  ask(port: number): Promise<Asked>
}

export interface Asked {
  readonly status: number
  /** `undefined` for anything but a 200. */
  readonly answer: TokenAnswer | undefined
  /** What the failure said of itself. */
  readonly code: string | undefined
}

const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const SCRIPT = { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' }
// Milliseconds. Nobody waits longer for the lease of a process that was killed.
const PATIENCE = 60_000

export function createVisitor(agent: Agent): Visitor {
  const cookies = new Map<string, string>()

  const get = async (url: URL, headers: Readonly<Record<string, string>>): Promise<Received> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const received = await receive(url, { ...headers, ...(cookie === '' ? {} : { cookie }) }, agent)
    for (const line of received.setCookies) keep(line, cookies)
    return received
  }

  /** A page of the application, at the process that listens on `port`. */
  const open = (port: number, path: string, headers: Readonly<Record<string, string>>): Promise<Received> =>
    get(new URL(path, `http://127.0.0.1:${port}`), { host: new URL(ORIGIN).host, ...headers })

  return {
    async signIn(port) {
      cookies.clear()
      const start = await open(port, `/auth/login/${PROVIDER}`, NAVIGATION)
      const provider = await receive(new URL(locationOf(start)), NAVIGATION, agent)
      const callback = new URL(locationOf(provider))
      const end = await open(port, callback.pathname + callback.search, {
        ...NAVIGATION,
        'sec-fetch-site': 'cross-site',
      })
      locationOf(end)
    },
    async ask(port) {
      const { status, body } = await open(port, '/', SCRIPT)
      // The process of the race wrote it.
      const content = JSON.parse(body) as TokenAnswer & { readonly code?: string }
      return { status, answer: status === 200 ? content : undefined, code: content.code }
    },
  }
}

interface Received {
  readonly status: number
  readonly location: string | undefined
  readonly setCookies: readonly string[]
  readonly body: string
}

function receive(url: URL, headers: Readonly<Record<string, string>>, agent: Agent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers, agent, timeout: PATIENCE })
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')))
    outgoing.on('error', reject)
    outgoing.on('response', (response: IncomingMessage) => {
      const { statusCode: status = 0, headers: received } = response
      const { location, 'set-cookie': setCookies = [] } = received
      text(response).then((body) => resolve({ status, location, setCookies, body }), reject)
    })
    outgoing.end()
  })
}

function locationOf({ status, location, body }: Received): string {
  if (location === undefined) throw new Error(`A sign-in of the race failed with ${status}: ${body}`)
  return location
}

function keep(line: string, cookies: Map<string, string>): void {
  const [pair = '', ...attributes] = line.split('; ')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, equals)
  if (attributes.includes('Max-Age=0')) cookies.delete(name)
  else cookies.set(name, pair.slice(equals + 1))
}
