import type { Contest } from '../contest.ts'
import type { Framework } from '../contestant/entrant.ts'
import type { Sample } from '../measure/round.ts'
import type { Entry, Target } from '../scenario/scenario.ts'
import { type Figure, figureOf, median, type Rounds, ratioOf } from './statistics.ts'

/** A scenario, and what each round of it said. */
export interface Contested {
  readonly contest: Contest
  readonly rounds: ReadonlyMap<Entry, Sample>[]
}

/** What all rounds together say about an entry. */
export interface Row {
  readonly scenario: string
  readonly framework: Framework
  readonly name: string
  readonly note?: string | undefined
  /** CPU microseconds of a request: the median burst of each round. */
  readonly microseconds: Figure
  /** The same over all bursts: what a rare collection of garbage costs is in here, and every disturbance too. */
  readonly mean: number
  /** Requests a second: a median. */
  readonly throughput: number
  /** Octets of the `Cookie` header. */
  readonly cookie: number
  /** How many times the framework alone. Absent for the framework itself. */
  readonly bare?: Figure | undefined
  readonly promises: readonly Promised[]
}

export interface Promised {
  /** `bare Fastify`, or a peer by its name. */
  readonly of: string
  readonly ratio: Figure
  readonly atMost?: number | undefined
  /** Absent where nothing was promised. */
  readonly isHeld?: boolean | undefined
}

export function rowsOf({ contest: { scenario, entries }, rounds }: Contested): readonly Row[] {
  const times = (entry: Entry): Rounds => rounds.map((samples) => samples.get(entry)?.bursts ?? [])
  const find = (matches: (entry: Entry) => boolean): Rounds => {
    const entry = entries.find(matches)
    return entry === undefined ? [] : times(entry)
  }
  const floorOf = ({ entrant }: Entry) =>
    find((other) => isFloor(other) && other.entrant.framework === entrant.framework)

  return entries.map((entry): Row => {
    const samples = rounds.flatMap((round) => round.get(entry) ?? [])
    const promised = ({ of, atMost }: Target): Promised => {
      const others = of === 'bare' ? floorOf(entry) : find(({ entrant }) => entrant === of)
      const ratio = ratioOf(times(entry), others)
      const name = of === 'bare' ? `bare ${entry.entrant.framework}` : of.name
      return { of: name, ratio, atMost, isHeld: atMost === undefined ? undefined : ratio.median <= atMost }
    }
    return {
      scenario: scenario.name,
      framework: entry.entrant.framework,
      name: entry.entrant.name,
      note: entry.note,
      microseconds: figureOf(times(entry).map(median)),
      mean: figureOf(samples.map(({ mean }) => mean)).median,
      throughput: figureOf(samples.map(({ throughput }) => throughput)).median,
      cookie: samples[0]?.cookie ?? 0,
      bare: isFloor(entry) ? undefined : ratioOf(times(entry), floorOf(entry)),
      promises: entry.targets.map(promised),
    }
  })
}

function isFloor({ entrant }: Entry): boolean {
  return entrant.name === 'bare'
}
