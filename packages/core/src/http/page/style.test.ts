import { describe, expect, it } from 'vitest'
import { STYLE } from './style.ts'

const [light, dark] = [...STYLE.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) => colours(block ?? ''))

describe.each([
  ['light', light],
  ['dark', dark],
])('the style in %s', (_scheme, palette) => {
  // WCAG 2.2, 1.4.3: 4.5 for text; 1.4.11: 3 for what one must see to operate.
  it.each([
    ['ink', 'opening', 4.5],
    ['ink-quiet', 'opening', 4.5],
    ['on-door', 'door', 4.5],
    ['on-door', 'door-hover', 4.5],
    ['door', 'opening', 4.5],
    ['door-hover', 'opening', 4.5],
    ['ink', 'wall', 4.5],
    ['door', 'wall', 3],
  ])('sets %s on %s with a contrast of at least %d', (foreground, background, least) => {
    expect(contrast(palette?.get(foreground), palette?.get(background))).toBeGreaterThanOrEqual(least)
  })
})

describe('the style', () => {
  it('shows the focus, keeps targets at 44 pixels and more, and stops motion for those who ask', () => {
    expect(STYLE).toMatch(/:focus-visible \{ outline: 3px/)
    expect(STYLE).toMatch(/\.button \{[^}]*min-height: 3rem/)
    expect(STYLE).toContain('prefers-reduced-motion: reduce')
  })

  it('cannot end its own element, and loads nothing', () => {
    expect(STYLE).not.toMatch(/<|url\(|@import/)
  })
})

function colours(block: string): ReadonlyMap<string, string> {
  return new Map([...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]))
}

/** @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string | undefined, other: string | undefined): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(colour: string | undefined): number {
  if (colour === undefined) return Number.NaN
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255),
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
}
