import type { Entry } from '../scenario/scenario.ts'
import { shuffled } from '../shuffle.ts'
import { type Cost, enter } from './contender.ts'
import type { Pace } from './pace.ts'
import type { Stage } from './stage.ts'

/** What one round of a scenario said about an entry. */
export interface Sample {
  /** CPU time of the server process for one request, in microseconds, in each burst: in the order of the turns. */
  readonly bursts: readonly number[]
  /** The same over all bursts, the slow ones too. */
  readonly mean: number
  /** Requests a second, whoever was the bottleneck. */
  readonly throughput: number
  /** Octets of the `Cookie` header. */
  readonly cookie: number
}

/**
 * One round of a scenario. All its servers run at once, each in a fresh process, and are sent short bursts in turn, in
 * another order each time: so a busy moment of the machine hits all of them, and ratios within a round survive it.
 */
export async function playRound(
  entries: readonly Entry[],
  stage: Stage,
  pace: Pace,
): Promise<ReadonlyMap<Entry, Sample>> {
  const contenders = new Map<Entry, { readonly burst: () => Promise<Cost>; readonly cookie: number }>()
  const costs = new Map<Entry, Cost[]>(entries.map((entry) => [entry, []]))
  const stops: (() => Promise<void>)[] = []
  try {
    for (const entry of shuffled(entries)) {
      const contender = await named(entry, () => enter(entry, stage, pace))
      stops.push(contender.stop)
      contenders.set(entry, contender)
    }
    for (let burst = 0; burst < pace.bursts; burst += 1) {
      for (const [entry, contender] of shuffled([...contenders])) {
        costs.get(entry)?.push(await named(entry, contender.burst))
      }
    }
    return new Map(
      entries.map((entry) => [entry, sampleOf(costs.get(entry) ?? [], contenders.get(entry)?.cookie ?? 0)]),
    )
  } finally {
    // One after the other: the load generator answers one question at a time.
    for (const stop of stops) await stop()
  }
}

function sampleOf(costs: readonly Cost[], cookie: number): Sample {
  const requests = total(costs, (cost) => cost.requests)
  return {
    bursts: costs.map((cost) => cost.microseconds / cost.requests),
    mean: total(costs, (cost) => cost.microseconds) / requests,
    throughput: requests / total(costs, (cost) => cost.seconds),
    cookie,
  }
}

function total(costs: readonly Cost[], part: (cost: Cost) => number): number {
  return costs.reduce((sum, cost) => sum + part(cost), 0)
}

async function named<Result>({ entrant }: Entry, task: () => Promise<Result>): Promise<Result> {
  try {
    return await task()
  } catch (cause) {
    throw new Error(`${entrant.name} on ${entrant.framework} did not do what the scenario declares`, { cause })
  }
}
