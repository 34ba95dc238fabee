import { describe, expect, it } from 'vitest'
import { stoppedClock } from '../../test/cookies.ts'
import { failureOf } from '../../test/failure.ts'
import { START, session } from '../../test/session.ts'
import { GatewayError } from '../error.ts'
import type { Cookie } from '../http/cookie.ts'
import type { SessionDirectory } from '../session/directory.ts'
import { subjectIndex } from '../session/session-index.ts'
import { memoryStore } from '../store/memory.ts'
import { createSessionLimiter } from './session-limit.ts'

const SESSION = session()
const KEY = subjectIndex(SESSION.provider, SESSION.subject)
const NO_COOKIES: readonly Cookie[] = []

function world() {
  const now = stoppedClock(START)
  const store = memoryStore({ now })
  const directory: SessionDirectory = {
    list: async () => [],
    end: async () => [],
    endOfProviderUser: async () => [],
    endOfProviderSession: async () => [],
    rename: async () => false,
  }
  const wait = async (milliseconds: number): Promise<void> => now.advance(milliseconds)
  const limiter = createSessionLimiter({ limit: { perUser: 1, beyond: 'refuse' }, store, directory, now, wait })
  return { now, store, limiter }
}

describe('a sign-in that counts sessions', () => {
  it('waits for one of the same user, and gives way to the next when it is done or has failed', async () => {
    const { store, limiter, now } = world()
    const begin = () => limiter.begin(session(), undefined, async () => NO_COOKIES)
    await begin()
    await failureOf(limiter.begin(session(), undefined, () => Promise.reject(new GatewayError('session_too_large'))))
    const startedAt = now()
    await begin()
    expect(now()).toBe(startedAt)
    // One whose process has died is waited for until its lease runs out.
    await store.lease(KEY, 'limit', 1_000)
    await begin()
    expect(now() - startedAt).toBeGreaterThanOrEqual(1_000)
  })

  it('is turned away when it waits in vain, and is not let in uncounted', async () => {
    const { store, limiter } = world()
    await store.lease(KEY, 'limit', 60_000)
    const failure = await failureOf(limiter.begin(session(), undefined, async () => NO_COOKIES))
    expect(failure.code).toBe('store_unavailable')
  })
})
