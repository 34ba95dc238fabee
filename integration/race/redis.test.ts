import { randomUUID } from 'node:crypto'
import { type RaceReport, runRace, type StoreModule } from '@postern/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyRedis, type Redis } from '../redis-server.ts'

const prefix = `race-${randomUUID()}`
let redis: Redis
let store: StoreModule

beforeAll(async () => {
  redis = await anyRedis()
  store = {
    url: new URL('./redis-module.ts', import.meta.url),
    setting: JSON.stringify({ url: redis.url, prefix }),
    execArgv: ['--conditions=source'],
  }
})
afterAll(() => redis.finish(prefix))

function presentedAgain({ presentations }: RaceReport): readonly number[] {
  return presentations.map(({ times }) => times).filter((times) => times !== 1)
}

describe('four processes on Redis', () => {
  it('present each refresh token once, fail no request and sign nobody out, 200 requests each at 20 expiries', {
    timeout: 120_000,
  }, async () => {
    const report = await runRace({ store, processes: 4, requests: 200, expiries: 20 })
    expect(report.problems).toEqual([])
    expect([report.failures, report.lostSessions, presentedAgain(report)]).toEqual([[], [], []])
    expect(report.requests).toBe(4 * 200 * 20)
    // Four sessions, and twenty tokens of each.
    expect(report.presentations).toHaveLength(4 * 20)
  })

  it('let nobody notice that one was killed, but its own clients and whose token it had in its hands', {
    timeout: 120_000,
  }, async () => {
    const crashes = [
      { expiry: 1, at: 'before' },
      { expiry: 2, at: 'during' },
      { expiry: 3, at: 'after' },
    ] as const
    const report = await runRace({ store, processes: 4, requests: 50, expiries: 4, timeout: 2, crashes })
    expect(report.problems).toEqual([])
    expect(report.crashes.map(({ at }) => at)).toEqual(['before', 'during', 'after'])
    expect(report.lostSessions).toEqual([{ expiry: 3, session: report.crashes[2]?.session }])
    expect(presentedAgain(report)).toEqual([2, 2])
  })
})
