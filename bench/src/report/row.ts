import type { Cell } from '../cell.ts'
import type { Sample } from '../measure/measure.ts'
import type { Framework } from '../scenario.ts'

export interface Row {
  readonly framework: Framework
  readonly name: string
  readonly microseconds: number
  readonly low: number
  readonly high: number
  /** How many times the bare framework's; absent for the bare framework itself. */
  readonly ratio?: number | undefined
  readonly target?: number | undefined
  readonly throughput: number
}

/** Medians, ranges, and ratios to the same framework's floor of the same run. */
export function rowsOf(samples: ReadonlyMap<Cell, readonly Sample[]>): readonly Row[] {
  const floors = new Map<string, number>()
  for (const [{ framework, floor }, taken] of samples) {
    if (floor !== undefined) floors.set(`${framework} ${floor}`, median(taken.map(({ microseconds }) => microseconds)))
  }
  return [...samples].map(([{ framework, scenario, floor }, taken]) => {
    const times = taken.map(({ microseconds }) => microseconds)
    const microseconds = median(times)
    const bare = scenario === undefined ? undefined : floors.get(`${framework} ${scenario.floor}`)
    return {
      framework,
      name: scenario?.name ?? `bare ${floor}`,
      microseconds,
      low: Math.min(...times),
      high: Math.max(...times),
      ratio: bare === undefined ? undefined : microseconds / bare,
      target: scenario?.target?.[framework],
      throughput: median(taken.map(({ throughput }) => throughput)),
    }
  })
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}
