import { mkdirSync, writeFileSync } from 'node:fs'
import type { Cell } from '../cell.ts'
import type { Sample } from '../measure/measure.ts'
import { chart } from './chart.ts'
import { type Row, rowsOf } from './row.ts'

export interface RunFacts {
  readonly rounds: number
  readonly cores: number
  readonly node: string
  readonly full: boolean
}

const RESULTS = new URL('../../results/', import.meta.url)

/** Writes the table and the chart into `bench/results/`; the table. */
export function writeReport(samples: ReadonlyMap<Cell, readonly Sample[]>, facts: RunFacts): string {
  const rows = rowsOf(samples)
  const text = `${heading(facts)}\n\n${table(rows)}\n`
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(new URL('results.md', RESULTS), text)
  writeFileSync(new URL('results.json', RESULTS), `${JSON.stringify({ facts, rows }, null, 2)}\n`)
  writeFileSync(new URL('ratios.svg', RESULTS), chart(rows))
  return text
}

function heading({ rounds, cores, node, full }: RunFacts): string {
  return `CPU microseconds of the server process for one request: medians of ${rounds} rounds in shuffled order (${full ? 'full' : 'short'} run, Node ${node}, ${cores} cores). Read the ratios: times are of one machine on one day.`
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ framework, name, microseconds, low, high, ratio, target, throughput }) => {
    const verdict = target === undefined || ratio === undefined ? '' : ratio <= target ? '≤' : '>'
    return `| ${framework} | ${name} | ${microseconds.toFixed(1)} | ${low.toFixed(1)}–${high.toFixed(1)} | ${ratio?.toFixed(2) ?? '1.00'} | ${verdict} ${target ?? ''} | ${Math.round(throughput)} |`
  })
  return [
    '| on | scenario | µs | range | × bare | target | req/s |',
    '|---|---|---:|---|---:|---|---:|',
    ...lines,
  ].join('\n')
}
