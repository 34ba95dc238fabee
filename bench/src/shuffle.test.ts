import { describe, expect, it } from 'vitest'
import { shuffled } from './shuffle.ts'

describe('shuffling', () => {
  const things = Array.from({ length: 50 }, (_, index) => index)

  it('loses nothing, adds nothing, and leaves the original alone', () => {
    const before = [...things]
    expect([...shuffled(things)].sort((a, b) => a - b)).toEqual(before)
    expect(things).toEqual(before)
  })

  it('puts each thing first now and then', () => {
    const firsts = new Set(Array.from({ length: 500 }, () => shuffled(['a', 'b', 'c'])[0]))
    expect([...firsts].sort()).toEqual(['a', 'b', 'c'])
  })
})
