import type { Ask } from '../ask/ask.ts'
import type { Floor } from '../ask/bare.ts'
import type { Variant } from '../contestant/contestant.ts'
import type { Entrant } from '../contestant/entrant.ts'

/** One thing that is measured, of everybody who takes part, beside the frameworks alone. */
export interface Scenario {
  readonly name: string
  /** The route of a bare framework whose cost is one. */
  readonly floor: Floor
  readonly entries: readonly Entry[]
}

export interface Entry {
  readonly entrant: Entrant
  readonly variant: Variant
  readonly ask: Ask
  /** What tells it from other entries of one entrant. */
  readonly note?: string
  /** What was promised, of our own entries. */
  readonly targets: readonly Target[]
  /** Only in a full run. */
  readonly full: boolean
}

/** A ratio to the entrant's bare framework, or to another entrant of the scenario. */
export interface Target {
  readonly of: 'bare' | Entrant
  /** Absent where nothing was promised, and the ratio is only shown. */
  readonly atMost?: number
}
