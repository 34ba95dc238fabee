import { bare } from './ask/bare.ts'
import { FRAMEWORKS, type Framework, floorOf } from './contestant/entrant.ts'
import { SEALED } from './scenario/entry.ts'
import type { Entry, Scenario } from './scenario/scenario.ts'
import { SCENARIOS } from './scenario/scenarios.ts'

/** A scenario as one run plays it. */
export interface Contest {
  readonly scenario: Scenario
  /** Those who take part, and before them the frameworks that they are built on. */
  readonly entries: readonly Entry[]
}

export interface Selection {
  /** Everything, instead of what takes minutes. */
  readonly full: boolean
  /** Part of a scenario's name. Empty for all. */
  readonly only: string
  /** Frameworks that this machine does not have. */
  readonly absent?: readonly Framework[]
}

export function contestsOf({ full, only, absent = [] }: Selection): readonly Contest[] {
  const takesPart = ({ full: isForFull, entrant }: Entry): boolean =>
    (full || !isForFull) && !absent.includes(entrant.framework)
  return SCENARIOS.filter(({ name }) => name.includes(only))
    .map((scenario) => ({ scenario, entries: scenario.entries.filter(takesPart) }))
    .filter(({ entries }) => entries.length > 0)
    .map(({ scenario, entries }) => ({ scenario, entries: [...floorsOf(scenario, entries), ...entries] }))
}

function floorsOf({ floor }: Scenario, entries: readonly Entry[]): readonly Entry[] {
  return FRAMEWORKS.filter((framework) => entries.some(({ entrant }) => entrant.framework === framework)).map(
    (framework) => ({ entrant: floorOf(framework), variant: SEALED, ask: bare(floor), targets: [], full: false }),
  )
}
