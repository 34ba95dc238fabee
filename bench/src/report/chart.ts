import type { Row } from './row.ts'

const WIDTH = 760
const LABELS = 300
const LINE = 26

/** Ratios to the bare framework as bars, with the target as a mark. Readable on light and on dark pages. */
export function chart(rows: readonly Row[]): string {
  const bars = rows.filter((row): row is Row & { readonly ratio: number } => row.ratio !== undefined && row.ratio < 6)
  const largest = Math.max(1, ...bars.map(({ ratio, target }) => Math.max(ratio, target ?? 0)))
  const scale = (WIDTH - LABELS - 60) / largest
  const lines = bars.map(({ framework, name, ratio, target }, index) => {
    const y = 40 + index * LINE
    const mark = target === undefined ? '' : `<path d="M${LABELS + target * scale} ${y - 3}v20" class="target"/>`
    return `<text x="${LABELS - 10}" y="${y + 11}" text-anchor="end">${framework}: ${name}</text><rect x="${LABELS}" y="${y}" width="${(ratio * scale).toFixed(1)}" height="14" rx="2"/>${mark}<text x="${LABELS + ratio * scale + 8}" y="${y + 11}">${ratio.toFixed(2)}</text>`
  })
  const height = 60 + bars.length * LINE
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="CPU time for a request, as a multiple of the bare framework"><style>text{font:12px system-ui,sans-serif;fill:#7d8590}rect{fill:#c1793a}.target{stroke:#7d8590;stroke-width:2}</style><text x="${LABELS}" y="20">× the bare framework; the stroke is the target</text>${lines.join('')}</svg>\n`
}
