import { freePort } from '../measure/free-port.ts'
import { startWorker } from '../measure/process.ts'
import { type Figure, figureOf } from '../report/statistics.ts'
import { shuffled } from '../shuffle.ts'

/** A server program that says how much memory it takes as soon as it listens. */
export interface Starter {
  readonly module: URL
  parameters(port: number): readonly string[]
}

export interface ColdStart {
  /** Milliseconds from the start of the process until it listens and says so. */
  readonly milliseconds: Figure
  /** Octets of resident memory then: a median. */
  readonly resident: number
}

interface Start {
  readonly milliseconds: number
  readonly resident: number
}

/** Starts these servers in turn, so many times each, in another order each time. */
export async function coldStarts<Key>(
  starters: ReadonlyMap<Key, Starter>,
  times: number,
): Promise<ReadonlyMap<Key, ColdStart>> {
  const starts = new Map<Key, Start[]>([...starters.keys()].map((key) => [key, []]))
  // The first ones find nothing in the page cache.
  for (const starter of starters.values()) await start(starter)
  for (let time = 0; time < times; time += 1) {
    for (const [key, starter] of shuffled([...starters])) starts.get(key)?.push(await start(starter))
  }
  return new Map([...starts].map(([key, taken]) => [key, summary(taken)]))
}

async function start({ module, parameters }: Starter): Promise<Start> {
  const port = await freePort()
  const before = performance.now()
  const worker = await startWorker({ module, parameters: parameters(port), core: 0 })
  const milliseconds = performance.now() - before
  await worker.stop()
  // The programs of this benchmark say so.
  const { resident } = worker.first as { readonly resident: number }
  return { milliseconds, resident }
}

function summary(starts: readonly Start[]): ColdStart {
  return {
    milliseconds: figureOf(starts.map(({ milliseconds }) => milliseconds)),
    resident: figureOf(starts.map(({ resident }) => resident)).median,
  }
}
