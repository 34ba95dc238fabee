import { boolean, integer, option, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
import { grant, START, session } from '../../test/session.ts'
import { endOf, lastMomentOf, touchIsDue } from './lifetime.ts'

const SECOND = 1_000
const DAY = 86_400 * SECOND
const LIFETIMES = { idle: 7 * DAY, absolute: 30 * DAY }

describe('the end of a session', () => {
  it('is the idle time after its last activity', () => {
    expect(endOf(session({ touchedAt: START + DAY }), LIFETIMES)).toBe(START + 8 * DAY)
  })

  it('is the absolute time after signing in, however active it is', () => {
    expect(endOf(session({ touchedAt: START + 29 * DAY }), LIFETIMES)).toBe(START + 30 * DAY)
  })

  it('is the end of an access token that nothing can renew', () => {
    const grants = { a: grant({ refreshToken: undefined, expiresAt: START + 5 * SECOND }) }
    expect(endOf(session({ grants }), LIFETIMES)).toBe(START + 5 * SECOND)
  })

  it('is not the end of an access token that can be renewed, or whose end is not known', () => {
    for (const facts of [{ expiresAt: START + 5 * SECOND }, { refreshToken: undefined, expiresAt: undefined }]) {
      expect(endOf(session({ grants: { a: grant(facts) } }), LIFETIMES)).toBe(START + 7 * DAY)
    }
  })

  it('is not the end of a grant of another provider', () => {
    const grants = { a: grant(), b: grant({ refreshToken: undefined, expiresAt: START }) }
    expect(endOf(session({ grants }), LIFETIMES)).toBe(START + 7 * DAY)
  })

  it('is never later than any of the three, nor than what the user is told', () => {
    const time = integer({ min: 0, max: 40 * DAY })
    always(
      property(time, option(time), boolean(), (touched, expires, renewable) => {
        const expiresAt = expires === null ? undefined : START + expires
        const grants = { a: grant({ expiresAt, refreshToken: renewable ? 'r' : undefined }) }
        const one = session({ touchedAt: START + touched, grants })
        expect(endOf(one, LIFETIMES)).toBeLessThanOrEqual(START + touched + LIFETIMES.idle)
        expect(endOf(one, LIFETIMES)).toBeLessThanOrEqual(lastMomentOf(one, LIFETIMES))
        expect(lastMomentOf(one, LIFETIMES)).toBeLessThanOrEqual(START + LIFETIMES.absolute)
        if (!renewable && expiresAt !== undefined) {
          expect(lastMomentOf(one, LIFETIMES)).toBeLessThanOrEqual(expiresAt)
        }
      }),
    )
  })
})

describe('activity', () => {
  it('is worth recording once per tenth of the idle time', () => {
    const { idle } = LIFETIMES
    expect(touchIsDue(session(), LIFETIMES, START + idle / 10 - 1)).toBe(false)
    expect(touchIsDue(session(), LIFETIMES, START + idle / 10)).toBe(true)
  })

  it('is recorded in time for idle times of a second', () => {
    const short = { idle: SECOND, absolute: 10 * SECOND }
    expect(touchIsDue(session(), short, START + 99)).toBe(false)
    expect(touchIsDue(session(), short, START + 100)).toBe(true)
  })
})
