import { describe, expect, it } from 'vitest'
import { stoppedClock } from '../../test/cookies.ts'
import { failureOf } from '../../test/failure.ts'
import { hooked } from '../../test/processes.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { grant, START, session } from '../../test/session.ts'
import { begun, present, sealedSessions, storedSessions } from '../../test/stored-sessions.ts'
import { GatewayError } from '../error.ts'
import type { ProviderClient, RefreshedTokens, RefreshOutcome } from '../protocol/protocol.ts'
import type { Found, Sessions } from '../session/sessions.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { createRefresher } from './refresh.ts'
import { createGrantRenewal } from './renew-grant.ts'

const OVER = grant({ expiresAt: START + 10_000, refreshToken: 'refresh-0', accessToken: 'access-0' })
const SESSION = session({ grants: { a: OVER, b: { ...OVER, refreshToken: 'refresh-b', accessToken: 'access-b' } } })

interface World {
  readonly now: ReturnType<typeof stoppedClock>
  readonly sessions: Sessions
  readonly renewal: ReturnType<typeof createGrantRenewal>
  readonly refresher: ReturnType<typeof createRefresher>
  readonly discarded: RefreshedTokens[]
  readonly outcomes: string[]
  readonly presented: string[]
  cookies: string | undefined
  /** The session, as a new request finds it. */
  found(): Promise<Found>
}

interface Options {
  /** `undefined` for sessions that are sealed in cookies. */
  readonly through?: ((store: Store) => Store) | undefined
  readonly isSealed?: boolean
  readonly answer?: (refreshToken: string) => Promise<RefreshOutcome>
  /** Whether what is waited for takes too long. */
  readonly isSlow?: () => boolean
}

function won(refreshToken: string): RefreshOutcome {
  const name = refreshToken.replace('refresh-', '')
  const tokens = { idToken: undefined, scope: undefined, expiresIn: 10 }
  return {
    type: 'refreshed',
    tokens: { ...tokens, accessToken: `access-after-${name}`, refreshToken: `refresh-after-${name}` },
  }
}

/** A process with everything but a provider: what that says is `answer`. */
async function world(options: Options = {}): Promise<World> {
  const {
    through = (same) => same,
    isSealed = false,
    answer = async (token) => won(token),
    isSlow = () => false,
  } = options
  const now = stoppedClock(START)
  const store = through(memoryStore({ now }))
  const sessions = isSealed ? sealedSessions(now) : storedSessions(store, now)
  const presented: string[] = []
  const clients = new Map(
    ['a', 'b'].map((id) => {
      const client = {
        provider: oauth2Provider('http://127.0.0.1:1', { id, timeout: 1 }),
        metadata: () => ({ issuer: undefined, authorizationEndpoint: '', issuerInResponse: false }),
        prepareRefresh: async () => undefined,
        refresh: async (_metadata, { refreshToken }) => {
          presented.push(refreshToken)
          return answer(refreshToken)
        },
      } satisfies Partial<ProviderClient>
      // Nothing else is asked of it.
      return [id, client as Partial<ProviderClient> as ProviderClient]
    }),
  )
  const discarded: RefreshedTokens[] = []
  const outcomes: string[] = []
  const within = <Result>(work: Promise<Result>): Promise<Result | undefined> =>
    Promise.race([work, new Promise<undefined>((resolve) => isSlow() && setImmediate(() => resolve(undefined)))])
  const renewal = createGrantRenewal({
    clients,
    sessions,
    store: isSealed ? undefined : store,
    now,
    wait: () => new Promise((resolve) => setImmediate(resolve)),
    within,
    discard: (_provider, tokens) => discarded.push(tokens),
    onOutcome: (_session, provider, outcome) =>
      outcomes.push(`${provider} ${outcome instanceof GatewayError ? outcome.code : outcome}`),
  })
  const refresher = createRefresher({ sessions, renewal, now, within })
  const made: World = {
    now,
    sessions,
    renewal,
    refresher,
    discarded,
    outcomes,
    presented,
    cookies: await begun(sessions, SESSION),
    found: () => present(sessions, made.cookies),
  }
  now.advance(10_000)
  return made
}

function tokenOf(found: Found | undefined, provider = 'a'): string | undefined {
  return found?.session.grants[provider]?.accessToken
}

describe('a store that is away when the provider has answered', () => {
  it('costs nothing: the token serves at once, and is written down when the store is back', async () => {
    let isDown = false
    const { found, refresher, presented, outcomes, renewal } = await world({
      through: (store) =>
        hooked(store, (name) => {
          if (isDown && name === 'put') throw new GatewayError('store_unavailable')
        }),
      isSlow: () => isDown,
    })
    isDown = true
    const before = await found()
    expect(tokenOf(await refresher.freshen(before, 'a'))).toBe('access-after-0')
    // A request that comes now finds the old token in the store, and must not present it again.
    expect(tokenOf(await refresher.freshen(await found(), 'a'))).toBe('access-after-0')
    isDown = false
    await renewal.drain()
    expect(tokenOf(await found())).toBe('access-after-0')
    expect([presented, outcomes]).toEqual([['refresh-0'], ['a refreshed']])
  })

  it('and cannot be read either: the token serves at once all the same', async () => {
    let isDown = false
    const { found, refresher, presented, renewal } = await world({
      through: (store) =>
        hooked(store, () => {
          if (isDown && presented.length > 0) throw new GatewayError('store_unavailable')
        }),
      isSlow: () => isDown,
    })
    isDown = true
    const [one, other] = [await found(), await found()]
    expect(tokenOf(await refresher.freshen(one, 'a'))).toBe('access-after-0')
    expect(tokenOf(await refresher.freshen(other, 'a'))).toBe('access-after-0')
    isDown = false
    await renewal.drain()
    expect(tokenOf(await found())).toBe('access-after-0')
    expect(presented).toEqual(['refresh-0'])
  })

  it('and stays away is told to the operator', async () => {
    let isDown = false
    const { found, refresher, outcomes, now, renewal, discarded } = await world({
      through: (store) =>
        hooked(store, (name) => {
          if (isDown && name === 'put') throw new GatewayError('store_unavailable')
        }),
      isSlow: () => isDown,
    })
    isDown = true
    await refresher.freshen(await found(), 'a')
    now.advance(60_000)
    await renewal.drain()
    expect(outcomes).toEqual(['a store_unavailable'])
    // Whether it took the token is not known: nothing that may be there is revoked.
    expect(discarded).toEqual([])
  })
})

describe('a provider that is slow', () => {
  it('keeps nobody waiting whose token still works', async () => {
    const { promise, resolve } = Promise.withResolvers<RefreshOutcome>()
    let isSlow = true
    const { found, refresher, renewal, now, presented } = await world({ answer: () => promise, isSlow: () => isSlow })
    now.advance(-500)
    const before = await found()
    expect(await refresher.freshen(before, 'a')).toBe(before)
    expect(await refresher.freshen(await found(), 'a')).toEqual(before)
    isSlow = false
    resolve(won('refresh-0'))
    await renewal.drain()
    expect(tokenOf(await refresher.freshen(await found(), 'a'))).toBe('access-after-0')
    expect(presented).toEqual(['refresh-0'])
  })

  it('is waited for where only this response can take its answer to the browser', async () => {
    const { promise, resolve } = Promise.withResolvers<RefreshOutcome>()
    const { found, refresher, now } = await world({ isSealed: true, answer: () => promise })
    now.advance(-500)
    const waiting = refresher.freshen(await found(), 'a')
    resolve(won('refresh-0'))
    expect(tokenOf(await waiting)).toBe('access-after-0')
  })
})

describe.each([
  ['in a store', false],
  ['in a cookie', true],
])('two grants of a session %s', (_where, isSealed) => {
  it('are renewed at the same time, and neither undoes the other', async () => {
    const { found, refresher, presented } = await world({ isSealed })
    const before = await found()
    const [a, b] = await Promise.all([refresher.freshen(before, 'a'), refresher.freshen(before, 'b')])
    expect([tokenOf(a, 'a'), tokenOf(b, 'b')]).toEqual(['access-after-0', 'access-after-b'])
    const both = await refresher.freshen((await refresher.freshen(before, 'a')) ?? before, 'b')
    expect([tokenOf(both, 'a'), tokenOf(both, 'b')]).toEqual(['access-after-0', 'access-after-b'])
    expect(presented.toSorted()).toEqual(['refresh-0', 'refresh-b'])
    const { grants } = refresher.latest(before.session)
    expect([grants['a']?.accessToken, grants['b']?.accessToken]).toEqual(['access-after-0', 'access-after-b'])
  })
})

describe('what the operator hears', () => {
  it('is one word for each presentation, and nothing of those who waited', async () => {
    const { found, refresher, outcomes } = await world()
    const before = await found()
    await Promise.all(Array.from({ length: 10 }, () => refresher.freshen(before, 'a')))
    expect(outcomes).toEqual(['a refreshed'])
  })

  it('is a mistake of ours, too', async () => {
    const { found, refresher, outcomes } = await world({ answer: () => Promise.reject(new TypeError('a mistake')) })
    await expect(refresher.freshen(await found(), 'a')).rejects.toThrow(TypeError)
    expect(outcomes).toEqual(['a internal_error'])
  })
})

describe('a grant', () => {
  it('of a provider that is no longer configured cannot be renewed, and ends nothing', async () => {
    const { refresher, found } = await world()
    const { session: one, ...rest } = await found()
    const foreign: Found = { ...rest, session: { ...one, grants: { ...one.grants, c: OVER } } }
    expect((await failureOf(refresher.freshen(foreign, 'c'))).code).toBe('sign_in_required')
    expect(await found()).toBeDefined()
  })

  it('that is not there, or has expired for good, needs a new sign-in', async () => {
    const { refresher, found } = await world()
    const { session: one, ...rest } = await found()
    const spent = { ...rest, session: { ...one, grants: { a: grant({ ...OVER, refreshToken: undefined }) } } }
    expect((await failureOf(refresher.freshen(spent, 'a'))).code).toBe('sign_in_required')
    expect((await failureOf(refresher.freshen(spent, 'b'))).code).toBe('sign_in_required')
  })
})
