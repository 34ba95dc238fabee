import { describe, expect, it } from 'vitest'
import { figureOf, median, ratioOf } from './statistics.ts'

describe('a median', () => {
  it('is the value in the middle, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5)
  })

  it('lies half way between the two in the middle', () => {
    expect(median([1, 2, 4, 100])).toBe(3)
  })

  it('of nothing is no number', () => {
    expect(median([])).toBeNaN()
  })
})

describe('a figure', () => {
  it('shows how far the rounds were apart', () => {
    expect(figureOf([3, 1, 2])).toEqual({ median: 2, low: 1, high: 3 })
  })
})

describe('a ratio', () => {
  it('survives a machine that is twice as slow in one round', () => {
    const floor = [
      [10, 10, 10],
      [20, 20, 20],
    ]
    const ours = [
      [15, 15, 15],
      [30, 30, 30],
    ]
    expect(ratioOf(ours, floor)).toEqual({ median: 1.5, low: 1.5, high: 1.5 })
  })

  it('survives a disturbed burst', () => {
    expect(ratioOf([[12, 12, 90]], [[10, 10, 10]]).median).toBe(1.2)
  })

  it('compares what was measured in the same turn', () => {
    expect(ratioOf([[10, 20, 30]], [[5, 10, 15]])).toEqual({ median: 2, low: 2, high: 2 })
  })

  it('is no number where there is nothing to compare with', () => {
    expect(ratioOf([[10]], []).median).toBeNaN()
  })
})
