import { describe, expect, it } from 'vitest'
import { chart, DARK, LIGHT } from './chart.ts'
import type { Row } from './row.ts'

function row(name: string, ratio: number): Row {
  const figure = { median: ratio, low: ratio, high: ratio }
  return {
    scenario: 'no cookie',
    framework: 'koa',
    name,
    microseconds: figure,
    mean: ratio,
    throughput: 1,
    cookie: 0,
    bare: name === 'bare' ? undefined : figure,
    promises: [],
  }
}

describe('a chart', () => {
  const panels = new Map([['a < b & c', [row('bare', 1), row('a peer', 12.3), row('postern', 1.05)]]])

  it('shows everybody but the framework itself, cheapest first', () => {
    const svg = chart(panels, LIGHT)
    expect(svg).not.toContain('bare (koa)')
    expect(svg.indexOf('postern (koa)')).toBeLessThan(svg.indexOf('a peer (koa)'))
    expect(svg).toContain('>1.05<')
  })

  it('is well-formed whatever a scenario is called', () => {
    expect(chart(panels, LIGHT)).toContain('a &lt; b &amp; c')
  })

  it('has its own colours for a dark page', () => {
    expect(chart(panels, DARK)).not.toBe(chart(panels, LIGHT))
  })
})
