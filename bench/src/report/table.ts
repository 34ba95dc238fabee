import type { Promised, Row } from './row.ts'
import type { Figure } from './statistics.ts'

/** Markdown: what was promised, and whether it was held. */
export function promiseTable(rows: readonly Row[]): string {
  const lines = rows.flatMap((row) =>
    row.promises
      .filter(({ atMost }) => atMost !== undefined)
      .map((promise) => [row.scenario, row.framework, promise.of, range(promise.ratio), ...verdict(promise)]),
  )
  return table(['scenario', 'on', 'times …', 'ratio (range)', 'target', 'held'], 'lllrrl', lines)
}

/** Markdown: everybody in one scenario, fastest of each framework first. */
export function scenarioTable(rows: readonly Row[]): string {
  const others = rows.flatMap(({ promises }) => promises.filter(({ of }) => !of.startsWith('bare ')))
  const lines = rows.map((row) => [
    row.framework,
    row.note === undefined ? row.name : `${row.name}, ${row.note}`,
    range(row.microseconds, 1),
    row.mean.toFixed(1),
    row.bare === undefined ? '1' : range(row.bare),
    ...(others.length === 0 ? [] : [beside(row)]),
    String(Math.round(row.throughput)),
    row.cookie === 0 ? '' : String(row.cookie),
  ])
  const comparison = others.length === 0 ? [] : ['× peer']
  const head = ['on', 'who', 'CPU µs (range)', 'mean', '× bare (range)', ...comparison, 'req/s', 'cookie, octets']
  return table(head, `llrrr${others.length === 0 ? '' : 'l'}rr`, lines)
}

function beside({ promises }: Row): string {
  return promises
    .filter(({ of }) => !of.startsWith('bare '))
    .map(({ of, ratio }) => `${range(ratio)} of ${of}`)
    .join(', ')
}

function verdict({ ratio, atMost = 0, isHeld }: Promised): readonly string[] {
  return [`≤ ${atMost}`, isHeld === true ? 'yes' : `**no**, by ${Math.round((ratio.median / atMost - 1) * 100)} %`]
}

/** `1.23 (1.20–1.31)`. */
function range({ median, low, high }: Figure, decimals = 2): string {
  return `${median.toFixed(decimals)} (${low.toFixed(decimals)}–${high.toFixed(decimals)})`
}

/** Markdown. `l` and `r` say to which side a column goes. */
export function table(head: readonly string[], sides: string, lines: readonly (readonly string[])[]): string {
  const rule = [...sides].map((side) => (side === 'r' ? '---:' : '---'))
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
