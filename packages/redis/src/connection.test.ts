import { describe, expect, it } from 'vitest'
import { reconnectDelay } from './connection.ts'

const draws = (attempts: number) => Array.from({ length: 2_000 }, () => reconnectDelay(attempts))

describe('the delay before another attempt to connect', () => {
  it('differs from process to process, so that they do not all come back at once', () => {
    for (const attempts of [3, 6, 20]) expect(new Set(draws(attempts)).size).toBeGreaterThan(200)
  })

  it('grows, up to two seconds, however many attempts have failed', () => {
    const longest = [0, 1, 2, 3, 4, 5, 6, 1_000].map((attempts) => Math.max(...draws(attempts)))
    expect(longest.every((delay, position) => position === 0 || delay >= (longest[position - 1] ?? 0) * 0.9)).toBe(true)
    expect(Math.max(...longest)).toBeLessThanOrEqual(2_000)
    expect(Math.max(...longest)).toBeGreaterThan(1_500)
  })

  it('is a whole number of milliseconds, and never none at all', () => {
    for (const delay of [...draws(0), ...draws(9)]) {
      expect(Number.isInteger(delay)).toBe(true)
      expect(delay).toBeGreaterThan(0)
    }
  })
})
