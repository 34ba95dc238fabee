import { signIn, startSignIn } from './measure/visitor.ts'

/** One thing that is measured, and what it is compared with. */
export interface Scenario {
  readonly name: string
  /** Where sessions are kept, or how many providers there are. */
  readonly variant: string
  /** Path on the bare framework whose cost is one. */
  readonly floor: '/open' | '/redirect'
  /** The status that says it did what it declares. */
  readonly status: string
  /** At most so many times the floor. Absent where nothing was promised. */
  readonly target?: Readonly<Record<Framework, number>>
  readonly full?: true
  /** Requests to send: one over and over, or as many as asked. */
  requests(origin: string, count: number): Promise<readonly string[]>
}

export type Framework = 'fastify' | 'koa' | 'node'

// Octets of an access token that make a session cookie of about 1.2 KB.
const USUAL = 640

export const SCENARIOS: readonly Scenario[] = [
  signedIn('signed in, sealed 1.2 KB', 'sealed', USUAL, { target: { fastify: 1.4, koa: 1.3, node: 1.4 } }),
  signedIn('signed in, sealed 0.5 KB', 'sealed', 120, { full: true }),
  signedIn('signed in, sealed 3 KB', 'sealed', 2_000, { full: true }),
  signedIn('signed in, sealed 8 KB', 'sealed', 5_600, { full: true }),
  signedIn('signed in, memory store', 'memory', USUAL, { target: { fastify: 1.6, koa: 1.5, node: 1.6 } }),
  signedIn('signed in, Redis', 'redis', USUAL, { target: { fastify: 2.8, koa: 2.6, node: 2.8 } }),
  {
    name: 'start of login',
    variant: 'sealed',
    floor: '/redirect',
    status: '303',
    target: { fastify: 1.9, koa: 1.8, node: 2.2 },
    requests: async () => [get('/auth/login/bench', NAVIGATION)],
  },
  ...[10, 100, 1000].map(
    (count): Scenario => ({
      name: `start of login, ${count} providers`,
      variant: `providers-${count}`,
      floor: '/redirect',
      status: '303',
      full: true,
      requests: async () => [get('/auth/login/bench', NAVIGATION)],
    }),
  ),
  {
    name: 'callback, plain OAuth 2.0',
    variant: 'sealed',
    floor: '/redirect',
    status: '303',
    target: { fastify: 15, koa: 9, node: 15 },
    async requests(origin, count) {
      const started: string[] = []
      for (let index = 0; index < Math.min(count, 2_000); index += 1) {
        const { cookie, callback } = await startSignIn(origin, USUAL)
        started.push(get(callback, `${NAVIGATION}Cookie: ${cookie}\r\n`))
      }
      return started
    },
  },
  {
    name: 'forward, small JSON',
    variant: 'sealed',
    floor: '/open',
    status: '200',
    async requests(origin) {
      const { cookie } = await signIn(origin, USUAL)
      return [get('/api/small', `Cookie: ${cookie}\r\nx-postern: 1\r\n`)]
    },
  },
  {
    name: 'no cookie → 401',
    variant: 'sealed',
    floor: '/open',
    status: '401',
    target: { fastify: 1.05, koa: 1.05, node: 1.05 },
    requests: async () => [get('/guarded', '')],
  },
  {
    name: 'forged cookie → 401',
    variant: 'sealed',
    floor: '/open',
    status: '401',
    target: { fastify: 2.2, koa: 1.9, node: 2.2 },
    async requests(origin) {
      const { cookie } = await signIn(origin, USUAL)
      return [get('/guarded', `Cookie: ${forged(cookie)}\r\n`)]
    },
  },
  {
    name: 'garbage cookie → 401',
    variant: 'sealed',
    floor: '/open',
    status: '401',
    requests: async () => [get('/guarded', 'Cookie: postern.session=garbage\r\n')],
  },
]

const NAVIGATION = 'Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n'

function signedIn(name: string, variant: string, octets: number, rest: Pick<Scenario, 'target' | 'full'>): Scenario {
  return {
    name,
    variant,
    floor: '/open',
    status: '200',
    ...rest,
    async requests(origin) {
      const { cookie } = await signIn(origin, octets)
      return [get('/guarded', `Cookie: ${cookie}\r\n`)]
    },
  }
}

/** A whole request. The head ends with an empty line. */
export function get(path: string, headers: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`
}

/** The right shape and the wrong tag: as dear as a forgery gets. */
function forged(cookie: string): string {
  const at = cookie.length - 30
  return cookie.slice(0, at) + (cookie[at] === 'A' ? 'B' : 'A') + cookie.slice(at + 1)
}
