import { describe, expect, it } from 'vitest'
import { stoppedClock } from '../../test/cookies.ts'
import { START } from '../../test/session.ts'
import { createFlights } from './flight.ts'

const LIFETIME = 600_000
const BEGUN = { code: 'code', returnTo: '/me' }

/** An exchange that waits until the test says how it went. */
function pending(): {
  readonly run: () => Promise<string>
  settle(outcome: string | Error): void
  readonly runs: number
} {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let runs = 0
  return {
    run: () => {
      runs += 1
      return promise
    },
    settle: (outcome) => (typeof outcome === 'string' ? resolve(outcome) : reject(outcome)),
    get runs() {
      return runs
    },
  }
}

describe('a callback that is delivered twice', () => {
  it('at once finds the exchange under way, with the code it was begun with', async () => {
    const flights = createFlights<string>(() => START)
    const exchange = pending()
    const first = flights.begin('state', BEGUN, START + LIFETIME, exchange.run)
    const second = flights.find('state')
    expect(second).toMatchObject(BEGUN)
    exchange.settle('signed in')
    expect(await Promise.all([first, second?.outcome])).toEqual(['signed in', 'signed in'])
    expect(exchange.runs).toBe(1)
  })

  it('at once shares a failure, too', async () => {
    const flights = createFlights<string>(() => START)
    const exchange = pending()
    const first = flights.begin('state', BEGUN, START + LIFETIME, exchange.run)
    const second = flights.find('state')?.outcome
    exchange.settle(new Error('refused'))
    const outcomes = await Promise.allSettled([first, second])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  it.each([
    ['success', 'signed in'],
    ['failure', new Error('refused')],
  ])('later learns that it was used, after %s, and the code is gone from memory', async (_, outcome) => {
    const flights = createFlights<string>(() => START)
    const exchange = pending()
    const first = flights.begin('state', BEGUN, START + LIFETIME, exchange.run)
    exchange.settle(outcome)
    await Promise.allSettled([first])
    expect(flights.find('state')).toEqual({
      code: undefined,
      returnTo: '/me',
      until: START + LIFETIME,
      outcome: undefined,
    })
  })

  it('is marked as used before the exchange sends anything', () => {
    const flights = createFlights<string>(() => START)
    void flights.begin('state', BEGUN, START + LIFETIME, pending().run)
    expect(flights.find('state')).toBeDefined()
    expect(flights.find('other')).toBeUndefined()
  })
})

describe('what is remembered', () => {
  it('is forgotten when the transaction has expired anyway', async () => {
    const now = stoppedClock(START)
    const flights = createFlights<string>(now)
    await flights.begin('old', BEGUN, now() + LIFETIME, async () => 'done')
    now.advance(LIFETIME)
    await flights.begin('new', BEGUN, now() + LIFETIME, async () => 'done')
    expect(flights.find('old')).toBeUndefined()
    expect(flights.find('new')).toBeDefined()
  })

  it('is forgotten also behind an exchange that never ends', async () => {
    const now = stoppedClock(START)
    const flights = createFlights<string>(now)
    void flights.begin('hangs', BEGUN, now() + LIFETIME, pending().run)
    await flights.begin('old', BEGUN, now() + LIFETIME, async () => 'done')
    now.advance(LIFETIME)
    await flights.begin('new', BEGUN, now() + LIFETIME, async () => 'done')
    expect(flights.find('old')).toBeUndefined()
    expect(flights.find('hangs')?.outcome).toBeDefined()
  })

  it('is fifty thousand at most: the oldest make room', async () => {
    const flights = createFlights<string>(() => START)
    for (let index = 0; index < 50_010; index += 1) {
      await flights.begin(`state ${index}`, BEGUN, START + LIFETIME, async () => 'done')
    }
    const remembered = Array.from({ length: 50_010 }, (_, index) => flights.find(`state ${index}`))
    expect(remembered.filter((flight) => flight !== undefined).length).toBeLessThanOrEqual(50_000)
    expect(flights.find('state 50009')).toBeDefined()
  })
})

describe('draining', () => {
  it('waits for every exchange under way, however it ends', async () => {
    const flights = createFlights<string>(() => START)
    const exchanges = [pending(), pending()]
    const outcomes = exchanges.map(({ run }, index) => flights.begin(`${index}`, BEGUN, START + LIFETIME, run))
    const settled = Promise.allSettled(outcomes)
    let drained = false
    const draining = flights.drain().then(() => {
      drained = true
    })
    exchanges[0]?.settle('done')
    await outcomes[0]
    await new Promise((resolve) => setImmediate(resolve))
    expect(drained).toBe(false)
    exchanges[1]?.settle(new Error('refused'))
    await Promise.all([draining, settled])
    expect(drained).toBe(true)
  })

  it('is done at once where nothing is under way', async () => {
    await createFlights<string>(() => START).drain()
  })
})
