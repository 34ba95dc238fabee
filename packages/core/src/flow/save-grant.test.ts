import { describe, expect, it } from 'vitest'
import { stoppedClock } from '../../test/cookies.ts'
import { failureOf } from '../../test/failure.ts'
import { grant, START, session } from '../../test/session.ts'
import { GatewayError } from '../error.ts'
import type { Found, Sessions } from '../session/sessions.ts'
import { saveGrant } from './save-grant.ts'

const FOUND: Found = { session: session(), stale: false }
const WON = grant({ accessToken: 'won' })

/** Sessions whose `change` does what the script says, one step for each attempt. */
function saving(script: (attempt: number) => Found | undefined, current: Found | undefined = undefined) {
  const now = stoppedClock(START)
  let attempts = 0
  const change: Sessions['change'] = (_found, apply) => {
    attempts += 1
    const outcome = script(attempts)
    if (outcome !== undefined) expect(apply(outcome.session).grants['a']).toBe(WON)
    return outcome
  }
  const sessions = { change, reload: () => current } as Partial<Sessions> as Sessions
  const wait = async (milliseconds: number): Promise<void> => now.advance(milliseconds)
  return { saved: saveGrant(FOUND, 'a', WON, undefined, { sessions, now, wait }), now, attempts: () => attempts }
}

function down(): never {
  throw new GatewayError('store_unavailable')
}

describe('a grant that was won', () => {
  it('is put into the session as it then is', async () => {
    expect(await saving(() => FOUND).saved).toEqual({ type: 'saved' })
  })

  it('is put there when the store is back, up to a minute later', async () => {
    const { saved, attempts } = saving((attempt) => (attempt < 250 ? down() : FOUND))
    expect(await saved).toEqual({ type: 'saved' })
    expect(attempts()).toBe(250)
  })

  it('is lost with a store that stays away', async () => {
    const { saved, now } = saving(down)
    expect((await failureOf(saved)).code).toBe('store_unavailable')
    expect(now() - START).toBeGreaterThanOrEqual(59_000)
  })

  it('is tried three hundred times, also when the clock stands still', async () => {
    let attempts = 0
    const change = () => {
      attempts += 1
      return down()
    }
    const sessions = { change } as Partial<Sessions> as Sessions
    const options = { sessions, now: () => START, wait: async () => undefined }
    expect((await failureOf(saveGrant(FOUND, 'a', WON, undefined, options))).code).toBe('store_unavailable')
    expect(attempts).toBe(300)
  })

  it('is of no use to a session that has ended', async () => {
    expect(await saving(() => undefined).saved).toEqual({ type: 'ended' })
  })

  it('gives way to whoever was given the lease', async () => {
    const theirs: Found = { session: session({ touchedAt: START + 1 }), stale: false }
    expect(await saving(() => undefined, theirs).saved).toEqual({ type: 'overtaken' })
  })

  it('is not tried again where there is no room for it', async () => {
    const { saved, attempts } = saving(() => {
      throw new GatewayError('session_too_large')
    })
    expect((await failureOf(saved)).code).toBe('session_too_large')
    expect(attempts()).toBe(1)
  })
})
