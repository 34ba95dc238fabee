import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBrowser } from '../../test/browser.ts'
import { json, type Respond } from '../../test/local-server.ts'
import { type Barrier, barrier, hooked, type Processes, startProcesses, TIMEOUT } from '../../test/processes.ts'
import { FETCH } from '../../test/request.ts'
import { askForToken, type TokenRequest } from '../../test/token-request.ts'
import type { Gateway } from '../contract.ts'
import type { Store } from '../store/store.ts'

const HOUR = 3_600_000
const LEASE = TIMEOUT * 1000 + 5_000

let processes: Processes

beforeEach(async () => {
  processes = await startProcesses()
})
afterEach(() => processes.close())

function askAtOnce(count: number, gateway: Gateway, cookies: string): Promise<readonly TokenRequest[]> {
  return Promise.all(Array.from({ length: count }, () => askForToken(gateway, cookies)))
}

/** A process that stops at the first of these operations that comes after `arm`, until the barrier opens. */
function stoppingAt(operation: keyof Store, point: Barrier): { through(store: Store): Store; arm(): void } {
  let isArmed = false
  return {
    through: (store) =>
      hooked(store, (name) => {
        if (!isArmed || name !== operation) return undefined
        isArmed = false
        return point.stop()
      }),
    arm() {
      isArmed = true
    },
  }
}

describe('a refresh in several processes', () => {
  it('presents the token once, however many requests find it due in each', async () => {
    const [one, other] = [processes.start(), processes.start()]
    const cookies = await processes.signedIn(one)
    for (let cycle = 1; cycle <= 5; cycle += 1) {
      processes.now.advance(HOUR)
      const all = await Promise.all([askAtOnce(25, one, cookies), askAtOnce(25, other, cookies)])
      expect(new Set(all.flat().map(({ token }) => token))).toEqual(new Set([`access-1-${cycle}`]))
    }
    expect(processes.tokens.presented).toHaveLength(5)
    expect(processes.events.filter(({ type }) => type === 'token_refreshed')).toHaveLength(5)
  })

  it('is not disturbed by activity that all of them want to write down at the same moment', async () => {
    const puts: string[] = []
    const counting = (store: Store) => hooked(store, (name) => name === 'put' && puts.push(name))
    const options = { session: { idleTimeout: 7_200 } }
    const [one, other] = [processes.start(counting, options), processes.start(counting, options)]
    const cookies = await processes.signedIn(one)
    processes.now.advance(HOUR)
    puts.length = 0
    const all = await Promise.all([askAtOnce(100, one, cookies), askAtOnce(100, other, cookies)])
    expect(new Set(all.flat().map(({ token }) => token))).toEqual(new Set(['access-1-1']))
    expect(processes.tokens.presented).toHaveLength(1)
    processes.now.advance(10_000)
    expect((await askForToken(other, cookies)).token).toBe('access-1-1')
  })

  it('ends the session in all of them, once, when its grant is dead', async () => {
    const [one, other] = [processes.start(), processes.start()]
    const cookies = await processes.signedIn(one)
    processes.tokens.interrupt = () => json(400, { error: 'invalid_grant' })
    processes.now.advance(HOUR)
    const all = await Promise.all([askAtOnce(10, one, cookies), askAtOnce(10, other, cookies)])
    expect(new Set(all.flat().map(({ error }) => error?.code))).toEqual(new Set(['sign_in_required']))
    expect(processes.tokens.presented).toHaveLength(1)
    expect(processes.events.filter(({ type }) => type === 'session_ended')).toHaveLength(1)
  })

  it('wins nothing for a session that was signed out in another, and what was won is revoked', async () => {
    const [one, other] = [processes.start(), processes.start()]
    const cookies = await processes.signedIn(one)
    const point = barrier()
    processes.tokens.interrupt = (answer) => async (response, received) => {
      await point.stop()
      await answer(response, received)
    }
    processes.now.advance(HOUR)
    const waiting = askForToken(one, cookies)
    await point.reached
    await createBrowser(other, cookies).open('/auth/logout', { method: 'POST', headers: FETCH })
    point.open()
    expect((await waiting).error?.code).toBe('sign_in_required')
    expect((await askForToken(one, cookies)).error?.code).toBe('sign_in_required')
    await processes.close()
    const revoked = processes.server.receivedAt('/revoke').map(({ body }) => new URLSearchParams(body).get('token'))
    expect(revoked).toEqual(expect.arrayContaining(['refresh-1-1', 'access-1-1']))
  })
})

// The dead are let go in the end, when nobody looks any more, so that closing them does not take long.
describe('a process that dies during a refresh', () => {
  it('before it has presented the token keeps nobody waiting for longer than its lease', async () => {
    const point = barrier()
    const dying = stoppingAt('extend', point)
    const [one, other] = [processes.start(dying.through), processes.start()]
    const cookies = await processes.signedIn(one)
    processes.now.advance(HOUR)
    dying.arm()
    void askForToken(one, cookies)
    await point.reached
    const waiting = askAtOnce(5, other, cookies)
    processes.now.advance(LEASE)
    expect(new Set((await waiting).map(({ token }) => token))).toEqual(new Set(['access-1-1']))
    expect(processes.tokens.presented).toEqual(['refresh-1-0'])
    point.open()
  })

  it('while the provider has not acted yet costs nobody the session', async () => {
    const point = barrier()
    const dying = stoppingAt('extend', point)
    const [one, other] = [processes.start(dying.through), processes.start()]
    const cookies = await processes.signedIn(one)
    processes.now.advance(HOUR)
    processes.tokens.interrupt = () => (response) => {
      // What it does next is to make sure of its lease, and there it stops.
      dying.arm()
      response.destroy()
    }
    void askForToken(one, cookies)
    await point.reached
    processes.tokens.interrupt = undefined
    processes.now.advance(LEASE)
    expect((await askForToken(other, cookies)).token).toBe('access-1-1')
    point.open()
  })

  it('between the provider’s answer and the store costs that one session, cleanly, and no other', async () => {
    const point = barrier()
    const dying = stoppingAt('put', point)
    const [one, other] = [processes.start(dying.through), processes.start()]
    const cookies = await processes.signedIn(one)
    const bystander = await processes.signedIn(one)
    processes.now.advance(HOUR)
    dying.arm()
    void askForToken(one, cookies)
    await point.reached
    processes.now.advance(LEASE)
    expect((await askForToken(other, cookies)).error?.code).toBe('sign_in_required')
    expect((await askForToken(other, cookies)).error?.code).toBe('sign_in_required')
    expect((await askForToken(other, bystander)).token).toBe('access-2-1')
    expect(processes.tokens.presented.filter((token) => token.startsWith('refresh-1'))).toHaveLength(2)
    point.open()
  })
})

describe('a process that was held up during a refresh', () => {
  it('does not present the token after its successor, and takes what that has won', async () => {
    const point = barrier()
    const slow = stoppingAt('extend', point)
    const [one, other] = [processes.start(slow.through), processes.start()]
    const cookies = await processes.signedIn(one)
    processes.now.advance(HOUR)
    slow.arm()
    const late = askForToken(one, cookies)
    await point.reached
    processes.now.advance(LEASE)
    expect((await askForToken(other, cookies)).token).toBe('access-1-1')
    point.open()
    expect((await late).token).toBe('access-1-1')
    expect(processes.tokens.presented).toEqual(['refresh-1-0'])
  })

  it('does not write over what its successor has written, and does not revoke it', async () => {
    processes.server.on('/token', numbered())
    const point = barrier()
    const slow = stoppingAt('put', point)
    const [one, other] = [processes.start(slow.through), processes.start()]
    const cookies = await processes.signedIn(one)
    processes.now.advance(HOUR)
    slow.arm()
    const late = askForToken(one, cookies)
    await point.reached
    processes.now.advance(LEASE)
    expect((await askForToken(other, cookies)).token).toBe('access-3')
    point.open()
    await late
    for (const gateway of [one, other, processes.start()]) {
      expect((await askForToken(gateway, cookies)).token).toBe('access-3')
    }
    await processes.close()
    expect(processes.server.receivedAt('/revoke')).toEqual([])
  })

  it('does not end the session when its token is refused because the successor has a newer one', async () => {
    const point = barrier()
    let isFirst = true
    processes.tokens.interrupt = (answer) => async (response, received) => {
      if (!isFirst) return answer(response, received)
      isFirst = false
      await point.stop()
      await json(400, { error: 'invalid_grant' })(response, received)
    }
    const [one, other] = [processes.start(), processes.start()]
    const cookies = await processes.signedIn(one)
    processes.now.advance(HOUR)
    const late = askForToken(one, cookies)
    await point.reached
    processes.now.advance(LEASE)
    expect((await askForToken(other, cookies)).token).toBe('access-1-1')
    point.open()
    expect((await late).token).toBe('access-1-1')
    expect((await askForToken(one, cookies)).token).toBe('access-1-1')
  })
})

describe('a store that fails while a token is due', () => {
  it('is a 503 that says when to come back, and the token is not spent', async () => {
    let isDown = false
    const failing = (store: Store) =>
      hooked(store, () => {
        if (isDown) throw new Error('connection lost')
      })
    const gateway = processes.start(failing)
    const cookies = await processes.signedIn(gateway)
    processes.now.advance(HOUR)
    isDown = true
    const { error } = await askForToken(gateway, cookies)
    expect([error?.code, error?.status, error?.headers['retry-after']]).toEqual(['store_unavailable', 503, '5'])
    isDown = false
    processes.now.advance(5_000)
    expect((await askForToken(gateway, cookies)).token).toBe('access-1-1')
    expect(processes.tokens.presented).toHaveLength(1)
  })
})

/** A provider that takes the same refresh token for ever. */
function numbered(): Respond {
  let count = 0
  return (response, received) => {
    count += 1
    const tokens = { access_token: `access-${count}`, refresh_token: 'static', token_type: 'Bearer', expires_in: 3_600 }
    return json(200, tokens)(response, received)
  }
}
