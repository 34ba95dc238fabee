import { integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
import { grant, START } from '../../test/session.ts'
import { isDueForRefresh, isExpired } from './freshness.ts'

const SECOND = 1_000
const YEAR = 365 * 86_400 * SECOND

function lasting(milliseconds: number, receivedAt = START) {
  return grant({ receivedAt, expiresAt: receivedAt + milliseconds })
}

describe('an access token', () => {
  it('has expired at its end, and never when that is not known', () => {
    expect(isExpired(lasting(SECOND), START + SECOND - 1)).toBe(false)
    expect(isExpired(lasting(SECOND), START + SECOND)).toBe(true)
    expect(isExpired(grant({ expiresAt: undefined }), START + 10 * YEAR)).toBe(false)
  })

  it('is never due when nothing can renew it, or no end is known', () => {
    expect(isDueForRefresh(grant({ refreshToken: undefined, expiresAt: START }), START + YEAR)).toBe(false)
    expect(isDueForRefresh(grant({ expiresAt: undefined }), START + YEAR)).toBe(false)
  })

  it('is due within its last tenth, within its last minute, and before it ends', () => {
    always(
      property(integer({ min: 1, max: 10 * YEAR }), integer({ min: START, max: START + YEAR }), (life, receivedAt) => {
        const one = lasting(life, receivedAt)
        const end = receivedAt + life
        expect(isDueForRefresh(one, end - Math.min(life / 10, 60 * SECOND) - 1)).toBe(false)
        expect(isDueForRefresh(one, end - Math.min(life / 20, 30 * SECOND))).toBe(true)
        expect(isDueForRefresh(one, end)).toBe(true)
      }),
    )
  })

  it('is due at another distance than others that were received in the same second', () => {
    const distances = Array.from({ length: 1_000 }, (_, offset) => {
      const one = lasting(3_600 * SECOND, START + offset)
      let early = 30 * SECOND
      while (isDueForRefresh(one, START + offset + 3_600 * SECOND - early - 1)) early += 10
      return early
    })
    expect(new Set(distances).size).toBeGreaterThan(500)
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(30 * SECOND)
    expect(Math.max(...distances)).toBeLessThanOrEqual(60 * SECOND)
  })
})
