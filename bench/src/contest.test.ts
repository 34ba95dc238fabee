import { describe, expect, it } from 'vitest'
import { contestsOf } from './contest.ts'
import type { Framework } from './contestant/entrant.ts'
import { SCENARIOS } from './scenario/scenarios.ts'

describe('what a run plays', () => {
  it.each([true, false])('has the floor of every framework that takes part (full: %s)', (full) => {
    for (const { scenario, entries } of contestsOf({ full, only: '' })) {
      const frameworks = (bare: boolean) =>
        entries.filter(({ entrant }) => (entrant.name === 'bare') === bare).map(({ entrant }) => entrant.framework)
      expect(new Set(frameworks(true)), scenario.name).toEqual(new Set(frameworks(false)))
    }
  })

  it('has everybody whom a promise names, in a short run too', () => {
    for (const { scenario, entries } of contestsOf({ full: false, only: '' })) {
      const named = entries.flatMap(({ targets }) => targets.flatMap(({ of }) => (of === 'bare' ? [] : [of])))
      const missing = named.filter((peer) => !entries.some(({ entrant }) => entrant === peer))
      expect(missing, scenario.name).toEqual([])
    }
  })

  it('is every scenario in a full run, and everything promised in a short one', () => {
    const promised = SCENARIOS.filter(({ entries }) =>
      entries.some(({ targets }) => targets.some(({ atMost }) => atMost !== undefined)),
    )
    const short = contestsOf({ full: false, only: '' }).map(({ scenario }) => scenario)
    expect(contestsOf({ full: true, only: '' })).toHaveLength(SCENARIOS.length)
    expect(promised.filter((scenario) => !short.includes(scenario)).map(({ name }) => name)).toEqual([])
  })

  it('leaves out whom this machine does not have, and their floor', () => {
    const frameworks = (absent: readonly Framework[]) => {
      const entries = contestsOf({ full: true, only: '', absent }).flatMap((contest) => contest.entries)
      return new Set(entries.map(({ entrant }) => entrant.framework))
    }
    const others = [...frameworks([])].filter((framework) => framework !== 'apache')
    expect(frameworks([])).toContain('apache')
    expect(frameworks(['apache'])).toEqual(new Set(others))
  })

  it('can be narrowed to what is asked for', () => {
    expect(contestsOf({ full: false, only: 'Redis' }).map(({ scenario: { name } }) => name)).toEqual([
      'signed in, Redis',
    ])
  })
})
