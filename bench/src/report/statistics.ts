/** A figure of several rounds: its median, and how far the rounds were apart. */
export interface Figure {
  readonly median: number
  readonly low: number
  readonly high: number
}

export function figureOf(values: readonly number[]): Figure {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) }
}

/**
 * How many times the one is of the other. Bursts of the same turn are compared, some tenths of a second apart, so that a
 * slow moment is slow for both; a round's ratio is the median of its turns.
 *
 * @param values of each burst, by round
 */
export function ratioOf(values: Rounds, others: Rounds): Figure {
  return figureOf(
    values.map((bursts, round) => median(bursts.map((value, turn) => value / (others[round]?.[turn] ?? Number.NaN)))),
  )
}

/** What each burst of each round cost. */
export type Rounds = readonly (readonly number[])[]

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}
