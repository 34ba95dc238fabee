import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FASTIFY } from './fastify-variants.ts'
import { cookieHeader, type House, navigation, ORIGIN, openHouse } from './house.ts'
import { KOA } from './koa-variants.ts'
import { isHere } from './location.ts'
import { returnTargets } from './return-targets.ts'
import { send } from './send.ts'

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_125)
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200)

/** What an answer says about where to go on. */
interface Answer {
  readonly status: number
  readonly location: string | undefined
  readonly cookie: string
}

/** A person's browser opens an address, or posts a form of our own pages to it. */
type Open = (target: string, method: 'GET' | 'POST', cookie?: string) => Promise<Answer>

describe('a sign-in comes back to the origin, whatever it was told to come back to (CVE-2026-107369)', () => {
  it.each([
    ['Fastify', FASTIFY[0]],
    ['Koa', KOA[0]],
  ])('on %s, in the octets of the header', async (_framework, variant) => {
    if (variant === undefined) throw new Error('there is no such variant')
    const house = await openHouse(variant)
    try {
      await hold(overSockets(house), RUNS)
    } finally {
      await house.close()
    }
  })

  it('in the core, ten thousand times', { timeout: 60_000 }, async () => {
    if (FASTIFY[0] === undefined) throw new Error('there is no such variant')
    const house = await openHouse(FASTIFY[0])
    try {
      await hold(inTheCore(house), RUNS * 50)
    } finally {
      await house.close()
    }
  })
})

describe('what these tests have to notice', () => {
  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    '/\t/evil.example',
    '/%2f/evil',
  ])('is a redirect to %j', (location) => expect(isHere(location)).toBe(false))
})

/** Takes a return target to where it is followed: at the end of a sign-in, and of a sign-out. */
async function hold(open: Open, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(fc.constantFrom(signIn, signOut), returnTargets, async (follow, query) => {
    const { status, location } = await follow(open, query)
    // More than a server reads of a request leads nowhere.
    if (status === 431) return
    if (location === undefined) throw new Error(`leads nowhere, with a ${status}`)
    if (!isHere(location)) throw new Error(`leads to ${location}`)
  })
  await fc.assert(property, { seed: SEED, numRuns })
}

async function signIn(open: Open, query: string): Promise<Answer> {
  const started = await open(`/auth/login/castle?${query}`, 'GET')
  const state = URL.parse(started.location ?? '')?.searchParams.get('state')
  // A third party that names an issuer nobody knows is refused, and that is that.
  if (typeof state !== 'string') return { ...started, location: started.status === 400 ? ORIGIN : undefined }
  return open(`/auth/callback/castle?${new URLSearchParams({ code: 'ann', state })}`, 'GET', started.cookie)
}

function signOut(open: Open, query: string): Promise<Answer> {
  return open(`/auth/logout?${query}`, 'POST')
}

function overSockets({ port }: House): Open {
  return async (target, method, cookie = '') => {
    const { status, location, cookies } = await send(port, {
      method,
      target,
      host: 'app.example',
      lines: [
        ['Accept', 'text/html'],
        ['Sec-Fetch-Mode', 'navigate'],
        ['Sec-Fetch-Dest', 'document'],
        ['Sec-Fetch-Site', 'same-origin'],
        ...(cookie === '' ? [] : ([['Cookie', cookie]] as const)),
      ],
    })
    const kept = cookies.filter((line) => !line.includes('Max-Age=0'))
    return { status, location, cookie: kept.map((line) => line.split(';', 1)[0]).join('; ') }
  }
}

function inTheCore({ gateway }: House): Open {
  return async (target, method, cookie) => {
    const reply = await gateway.handle(navigation(target, method, cookie))
    const location = reply.headers.find(([name]) => name === 'location')?.[1]
    return { status: reply.status, location, cookie: cookieHeader(reply) }
  }
}
