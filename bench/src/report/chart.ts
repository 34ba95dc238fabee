import type { Row } from './row.ts'

/** The colours of a chart. GitHub shows the one that fits the reader's page. */
export interface Palette {
  readonly text: string
  readonly quiet: string
  readonly ours: string
  readonly others: string
}

export const LIGHT: Palette = { text: '#1f2328', quiet: '#59636e', ours: '#a8501f', others: '#b4bcc6' }
export const DARK: Palette = { text: '#f0f6fc', quiet: '#9198a1', ours: '#e0895a', others: '#4d5560' }

const WIDTH = 760
const LABELS = 270
const VALUES = 70
const BAR = 14
const LINE = 20
const HEAD = 34

/**
 * An SVG with a panel for each scenario and a bar for each contestant: its CPU time, as a multiple of the framework it
 * is built on. The stroke on a bar of ours is what was promised.
 */
export function chart(panels: ReadonlyMap<string, readonly Row[]>, palette: Palette): string {
  let y = 0
  const drawn = [...panels].map(([title, rows]) => {
    const bars = rows.flatMap(barOf).sort((a, b) => a.ratio - b.ratio)
    const top = y
    y += HEAD + bars.length * LINE
    return panel(title, bars, top)
  })
  const style = `text{font:12px system-ui,sans-serif;fill:${palette.text}}.title{font-weight:600}.value{fill:${palette.quiet}}.ours{fill:${palette.ours}}.others{fill:${palette.others}}.target{stroke:${palette.text};stroke-width:2}`
  const label = 'CPU time of a request, as a multiple of the bare framework'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 8}" role="img" aria-label="${label}"><style>${style}</style>\n${drawn.join('\n')}\n</svg>\n`
}

interface Bar {
  readonly label: string
  readonly ratio: number
  readonly target?: number | undefined
  readonly isOurs: boolean
}

function barOf({ framework, name, note, bare, promises }: Row): readonly Bar[] {
  if (bare === undefined) return []
  const target = promises.find(({ of }) => of.startsWith('bare '))?.atMost
  const label = `${name}${note === undefined ? '' : `, ${note}`} (${framework})`
  return [{ label, ratio: bare.median, target, isOurs: name === 'postern' }]
}

function panel(title: string, bars: readonly Bar[], top: number): string {
  const largest = Math.max(1, ...bars.map(({ ratio, target = 0 }) => Math.max(ratio, target)))
  const scale = (WIDTH - LABELS - VALUES) / largest
  const drawn = bars.map(({ label, ratio, target, isOurs }, index) => {
    const y = top + HEAD + index * LINE
    const end = LABELS + ratio * scale
    const value = LABELS + Math.max(ratio, target ?? 0) * scale + 8
    const mark =
      target === undefined ? '' : `<path d="M${at(LABELS + target * scale)} ${y - 2}v${BAR + 4}" class="target"/>`
    return `<text x="${LABELS - 10}" y="${y + 11}" text-anchor="end">${escaped(label)}</text><rect x="${LABELS}" y="${y}" width="${at(end - LABELS)}" height="${BAR}" rx="2" class="${isOurs ? 'ours' : 'others'}"/>${mark}<text x="${at(value)}" y="${y + 11}" class="value">${ratio.toFixed(ratio < 10 ? 2 : 0)}</text>`
  })
  return [
    `<text x="${LABELS}" y="${top + 22}" class="title">${escaped(title)}, × the bare framework</text>`,
    ...drawn,
  ].join('\n')
}

function at(position: number): string {
  return position.toFixed(1)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
