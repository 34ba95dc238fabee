import { mkdirSync, writeFileSync } from 'node:fs'
import { chart, DARK, LIGHT } from './chart.ts'
import type { Row } from './row.ts'
import { promiseTable, scenarioTable } from './table.ts'

export interface RunFacts {
  readonly rounds: number
  readonly cores: number
  readonly node: string
  readonly full: boolean
}

/** Something that was weighed once, not under load: a heading, and its text in Markdown. */
export interface Section {
  readonly title: string
  readonly text: string
  readonly data: unknown
}

const RESULTS = new URL('../../results/', import.meta.url)

/** What the short chart shows: the three things that an application does most. */
const SUMMARY = ['signed in, sealed 1.2 KB', 'start of login', 'callback, RS256']

/** A run as Markdown. */
export function reportOf(rows: readonly Row[], sections: readonly Section[], facts: RunFacts): string {
  return `${[
    heading(facts),
    '## What was promised',
    promiseTable(rows),
    ...[...panelsOf(rows)].flatMap(([scenario, inScenario]) => [`## ${scenario}`, scenarioTable(inScenario)]),
    ...sections.flatMap(({ title, text }) => [`## ${title}`, text]),
  ].join('\n\n')}\n`
}

/** Writes tables, numbers and charts into `bench/results/`. */
export function writeReport(rows: readonly Row[], sections: readonly Section[], facts: RunFacts): void {
  mkdirSync(RESULTS, { recursive: true })
  const write = (name: string, text: string): void => writeFileSync(new URL(name, RESULTS), text)
  write('results.md', reportOf(rows, sections, facts))
  write(
    'results.json',
    `${JSON.stringify({ facts, rows, sections: sections.map(({ title, data }) => ({ title, data })) }, null, 1)}\n`,
  )
  const panels = panelsOf(rows)
  const summary = new Map([...panels].filter(([name]) => SUMMARY.some((start) => name.startsWith(start))))
  for (const [name, palette] of Object.entries({ light: LIGHT, dark: DARK })) {
    write(`summary-${name}.svg`, chart(summary, palette))
    write(`all-${name}.svg`, chart(panels, palette))
  }
}

function heading({ rounds, cores, node, full }: RunFacts): string {
  return `# Results

CPU microseconds of the server process for one request, and how many times that is of the bare framework, measured beside it: medians of ${rounds} rounds, and the range of the rounds (${full ? 'full' : 'short'} run, Node ${node}, ${cores} cores). Read the ratios: times are of one machine on one day. [How it is measured](../README.md).`
}

function panelsOf(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  return Map.groupBy(rows, ({ scenario }) => scenario)
}
