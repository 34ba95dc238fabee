import { randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import {
  createGateway,
  defineProvider,
  type Gateway,
  type GatewayRequest,
  insecureLoopback,
  memoryStore,
  type Reply,
  serializeCookie,
} from '@postern/core'

// How much memory sessions take in our memory store: `node --expose-gc postern-process.ts <count> <octets>`. They get
// there as they do in an application: by signing in, through the gateway, at a provider whose answers are made here.

const [count = '', octets = ''] = process.argv.slice(2)
const SECRET = 'b3nch-0nly-Zx8Qk2mR5tV7yB0dF3gH6jL9nP1sU4wA'
const ORIGIN = 'http://127.0.0.1:3000'
const PROVIDER = 'http://127.0.0.1:3001'
// Milliseconds between two sign-ins, on a clock of our own: what is remembered of a sign-in for its ten minutes is
// then forgotten as it would be, and does not count as a session.
const BETWEEN = 100
const WARM_UP = 5_000

let now = Date.now()
let index = 0

// What is loaded and compiled, and the room that V8 takes for what is young in any busy server, are no sessions: those of
// another gateway, which is then gone with all of them, come first.
await signInTimes(WARM_UP, gatewayOfItsOwn())
const gateway = gatewayOfItsOwn()
await signIn(gateway)
const before = await used()
await signInTimes(Number(count), gateway)
const after = await used()
process.on('disconnect', () => process.exit(0))
process.send?.({ heap: after.heap - before.heap, resident: after.resident - before.resident })
// Kept until it was weighed.
await gateway.close()

async function signInTimes(times: number, gateway: Gateway): Promise<void> {
  for (index = 1; index <= times; index += 1) {
    await signIn(gateway)
    now += BETWEEN
  }
}

function gatewayOfItsOwn(): Gateway {
  return createGateway({
    origin: ORIGIN,
    secrets: [SECRET],
    store: memoryStore({ now: () => now }),
    now: () => now,
    fetch: async () => Response.json(tokenResponse(Number(octets))),
    providers: [
      defineProvider({
        protocol: 'oauth2',
        id: 'bench',
        name: 'Bench',
        clientId: 'bench',
        clientAuthentication: { method: 'client_secret_post', clientSecret: 'bench-client-secret' },
        loopback: insecureLoopback,
        endpoints: { authorization: `${PROVIDER}/authorize`, token: `${PROVIDER}/token` },
        identify: async () => user(),
      }),
    ],
  })
}

function user() {
  return { id: `user-${String(index).padStart(6, '0')}`, name: 'Ada Example' }
}

/** As long as makes user and grant together so many octets of JSON: the same that peers are given to keep. */
function tokenResponse(length: number): object {
  const missing = length - JSON.stringify({ user: user(), grant: { accessToken: '', expiresAt: now } }).length
  const accessToken = randomBytes(missing).toString('base64url').slice(0, missing)
  return { access_token: accessToken, token_type: 'Bearer', expires_in: 86_400 }
}

async function signIn({ handle }: Gateway): Promise<void> {
  const started = await handle(get('/auth/login/bench', ''))
  const state = new URL(headerOf(started, 'location')).searchParams.get('state')
  const cookies = started.cookies.map((cookie) => serializeCookie(cookie).split(';')[0]).join('; ')
  const finished = await handle(get(`/auth/callback/bench?code=${index}&state=${state}`, cookies))
  const location = headerOf(finished, 'location')
  if (location !== `${ORIGIN}/`) throw new Error(`The sign-in was answered ${finished.status} ${location}`)
}

function get(target: string, cookie: string): GatewayRequest {
  const headers = { host: '127.0.0.1:3000', accept: 'text/html', 'sec-fetch-mode': 'navigate', cookie }
  const form = async (): Promise<URLSearchParams> => new URLSearchParams()
  return { method: 'GET', target, headers, rawHeaders: Object.entries(headers).flat(), form }
}

function headerOf(reply: Reply, name: string): string {
  const [, value] = reply.headers.find(([other]) => other === name) ?? []
  if (value === undefined) throw new Error(`The gateway answered ${reply.status} ${reply.body ?? ''}`)
  return value
}

async function used(): Promise<{ readonly heap: number; readonly resident: number }> {
  // Buffers give their memory back one collection after they are gone.
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.()
    await turn()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, resident: rss }
}
