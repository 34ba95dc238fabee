import { describe, expect, it } from 'vitest'
import { stoppedClock } from '../../test/cookies.ts'
import { grant, START, session } from '../../test/session.ts'
import { GatewayError } from '../error.ts'
import type { Grant } from '../session/session.ts'
import type { Found } from '../session/sessions.ts'
import type { Renewed } from './renew-grant.ts'
import { createRenewalFlights, type RenewalFlight, type RenewalFlights } from './renewal-flights.ts'

function found(id = 'one', facts: Partial<Grant> = {}): Found {
  return { session: session({ id, grants: { a: grant(facts), b: grant(facts) } }), stale: false }
}

/** Joins the renewal that is known, or begins one. */
function join(flights: RenewalFlights, one: Found, provider: string): RenewalFlight {
  return flights.known(one.session, provider) ?? flights.begin(one, provider)
}

function flying(renew: (count: number) => Promise<Renewed>) {
  const now = stoppedClock(START)
  let count = 0
  const flights = createRenewalFlights(() => {
    count += 1
    return renew(count)
  }, now)
  return { flights, now, count: () => count }
}

const succeeding = (count: number): Promise<Renewed> =>
  Promise.resolve({ type: 'renewed', grant: grant({ accessToken: `won ${count}`, refreshToken: `next ${count}` }) })
const failing = () => Promise.reject(new GatewayError('provider_unavailable'))

describe('a renewal', () => {
  it.each([
    ['another session', found('two'), 'a'],
    ['another provider', found('one'), 'b'],
    ['another refresh token', found('one', { refreshToken: 'another' }), 'a'],
    ['another access token', found('one', { accessToken: 'another' }), 'a'],
    ['another answer', found('one', { receivedAt: START + 1 }), 'a'],
  ])('is not shared with %s', async (_what, other, provider) => {
    const { flights, count } = flying(succeeding)
    const first = await join(flights, found(), 'a').outcome
    const second = await join(flights, other, provider).outcome
    expect(second).not.toBe(first)
    expect(count()).toBe(2)
    expect(flights.successorOf(found().session, 'a')?.accessToken).toBe('won 1')
    expect(flights.successorOf(other.session, provider)?.accessToken).toBe('won 2')
  })

  it('is one while it is under way, and is remembered for a minute', async () => {
    const { flights, now, count } = flying(succeeding)
    const first = join(flights, found(), 'a')
    expect(first.isRemembered).toBe(false)
    expect(join(flights, found(), 'a').isRemembered).toBe(false)
    await first.outcome
    now.advance(59_999)
    expect(join(flights, found(), 'a')).toEqual({ outcome: first.outcome, isRemembered: true })
    expect(count()).toBe(1)
    now.advance(1)
    expect(flights.known(found().session, 'a')).toBeUndefined()
    expect(join(flights, found(), 'a').isRemembered).toBe(false)
    expect(count()).toBe(2)
  })

  it('that failed is not repeated for two seconds, and is nobody’s successor', async () => {
    const { flights, now, count } = flying(failing)
    await join(flights, found(), 'a').outcome.catch(() => undefined)
    now.advance(1_999)
    await join(flights, found(), 'a').outcome.catch(() => undefined)
    expect([count(), flights.successorOf(found().session, 'a')]).toEqual([1, undefined])
    now.advance(1)
    await join(flights, found(), 'a').outcome.catch(() => undefined)
    expect(count()).toBe(2)
  })

  it('that fails and that nobody waits for is no unhandled rejection', async () => {
    const { flights } = flying(failing)
    join(flights, found(), 'a')
    // Were it one, the run would fail.
    await new Promise((resolve) => setImmediate(resolve))
    await flights.drain()
  })

  it('is not remembered longer when the clock is set back', async () => {
    const { flights, now, count } = flying(succeeding)
    await join(flights, found(), 'a').outcome
    now.advance(-3_600_000)
    await join(flights, found(), 'a').outcome
    expect(count()).toBe(2)
  })

  it('makes what it has won fresh for five seconds, and nothing else', async () => {
    const { flights, now } = flying(succeeding)
    const renewed = await join(flights, found(), 'a').outcome
    if (renewed.type !== 'renewed') throw new Error('not renewed')
    const after = session({ id: 'one', grants: { a: renewed.grant, b: renewed.grant } })
    expect([flights.isFresh(after, 'a'), flights.isFresh(after, 'b')]).toEqual([true, false])
    expect(flights.isFresh(found().session, 'a')).toBe(false)
    now.advance(5_000)
    expect(flights.isFresh(after, 'a')).toBe(false)
  })

  it('waits to be drained', async () => {
    const { promise, resolve } = Promise.withResolvers<Renewed>()
    const { flights } = flying(() => promise)
    join(flights, found(), 'a')
    let isDrained = false
    const drained = flights.drain().then(() => {
      isDrained = true
    })
    await new Promise((next) => setImmediate(next))
    expect(isDrained).toBe(false)
    resolve({ type: 'ended' })
    await drained
  })
})

describe('the memory of renewals', () => {
  it('holds ten thousand: the oldest make room, those under way never', async () => {
    const { promise } = Promise.withResolvers<Renewed>()
    const { flights, count } = flying((number) => (number === 1 ? promise : succeeding(number)))
    join(flights, found('pending'), 'a')
    for (let index = 0; index < 10_500; index += 1) await join(flights, found(`session ${index}`), 'a').outcome
    const before = count()
    expect(flights.known(found('session 0').session, 'a')).toBeUndefined()
    expect(flights.known(found('session 10499').session, 'a')?.isRemembered).toBe(true)
    expect(flights.known(found('pending').session, 'a')?.isRemembered).toBe(false)
    expect(count()).toBe(before)
  })
})
