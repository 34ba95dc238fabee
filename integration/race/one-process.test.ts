import { runRace } from '@postern/testing'
import { describe, expect, it } from 'vitest'

const execArgv = ['--conditions=source']
const memory = { url: new URL('./memory-module.ts', import.meta.url), setting: '', execArgv }

describe.each([
  ['the memory store', memory],
  ['sealed cookies', undefined],
])('one process with %s', (_where, store) => {
  it('presents each refresh token once, fails no request and signs nobody out', { timeout: 60_000 }, async () => {
    const report = await runRace({ store, processes: 1, requests: 200, expiries: 10, execArgv })
    expect(report.problems).toEqual([])
    expect([report.failures, report.lostSessions]).toEqual([[], []])
    expect(report.requests).toBe(200 * 10)
    expect(report.presentations.map(({ times }) => times)).toEqual(Array(4 * 10).fill(1))
  })
})
