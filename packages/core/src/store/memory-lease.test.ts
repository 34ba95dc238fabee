import { describe, expect, it } from 'vitest'
import { stoppedClock } from '../../test/cookies.ts'
import { START } from '../../test/session.ts'
import { createMemoryLeases } from './memory-lease.ts'

describe('a lease in memory', () => {
  it('that was given back is not held again when the clock is set back', () => {
    const now = stoppedClock(START)
    const leases = createMemoryLeases(now, (milliseconds) => now() + milliseconds)
    const lease = leases.lease('key', 'refresh', 1_000)
    if (lease === undefined) throw new Error('no lease')
    leases.release('key', lease)
    now.advance(-3_600_000)
    expect(leases.isLatest('key', lease)).toBe(true)
    expect(leases.lease('key', 'refresh', 1_000)?.fence).toBeGreaterThan(lease.fence)
  })
})
