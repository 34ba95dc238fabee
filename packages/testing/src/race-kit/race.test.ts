import { describe, expect, it } from 'vitest'
import { runRace } from './race.ts'

const SMALL = { requests: 20, expiries: 3, sessions: 2, execArgv: ['--conditions=source'] }

function storeAt(path: string) {
  return { url: new URL(`../../test/race-kit/${path}`, import.meta.url), setting: '', execArgv: SMALL.execArgv }
}

describe('the race kit', () => {
  it('finds nothing wrong with a store that does what it promises', async () => {
    const report = await runRace({ ...SMALL, processes: 1, store: storeAt('good-store.ts') })
    expect(report.problems).toEqual([])
    expect(report.requests).toBe(20 * 3)
    expect(report.presentations.map(({ times }) => times)).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('finds what is wrong with one that loses a write', async () => {
    const report = await runRace({ ...SMALL, processes: 1, store: storeAt('forgetful-store.ts') })
    expect(report.problems).toContain('A refresh token of session 0 was presented 2 times.')
    expect(report.problems).toContain('Session 0 was signed out at expiry 2.')
    expect(report.lostSessions.length).toBeGreaterThan(0)
  })

  it('goes on with a new process after one was killed, and tells who noticed', async () => {
    const crashes = [{ expiry: 2, at: 'during' }] as const
    const report = await runRace({ ...SMALL, crashes })
    expect(report.crashes).toMatchObject([{ expiry: 2, at: 'during', process: 0 }])
    expect(report.failures.length).toBeGreaterThan(0)
    expect(report.failures.every(({ expiry, process }) => expiry === 2 && process === 0)).toBe(true)
    expect(report.problems).toEqual([])
  })

  it('does not race with sealed sessions in several processes', async () => {
    await expect(runRace({ processes: 2 })).rejects.toThrow('give a store')
  })
})
