import { describe, expect, it } from 'vitest'
import { s256 } from './digest.ts'
import { createRandomValue, createReference } from './random.ts'

describe('a random value', () => {
  it('is 43 characters of base64url, as RFC 7636 wants of a verifier, and never comes twice', () => {
    const random = createRandomValue()
    const values = Array.from({ length: 10_000 }, random)
    for (const value of values) expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(new Set(values).size).toBe(values.length)
  })

  it('carries 256 bits: every bit of it is set about as often as not', () => {
    const random = createRandomValue()
    const rounds = 4_000
    const set = new Array<number>(256).fill(0)
    for (let round = 0; round < rounds; round += 1) {
      const bytes = Buffer.from(random(), 'base64url')
      expect(bytes.length).toBe(32)
      for (let bit = 0; bit < 256; bit += 1) set[bit] = (set[bit] ?? 0) + (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1)
    }
    // Eight standard deviations: a fair generator misses it once in 10^12 runs.
    const tolerance = 8 * Math.sqrt(rounds / 4)
    for (const count of set) expect(Math.abs(count - rounds / 2)).toBeLessThan(tolerance)
  })

  it('is drawn by each gateway for itself', () => {
    const one = createRandomValue()
    const other = createRandomValue()
    expect(Array.from({ length: 300 }, one)).not.toEqual(Array.from({ length: 300 }, other))
  })
})

describe('a correlation id', () => {
  it('is 12 characters of base64url, and does not come twice, however many are drawn', () => {
    const references = Array.from({ length: 10_000 }, createReference())
    for (const reference of references) expect(reference).toMatch(/^[A-Za-z0-9_-]{12}$/)
    expect(new Set(references).size).toBe(references.length)
  })
})

describe('the code challenge', () => {
  it('is that of RFC 7636 appendix B', () => {
    expect(s256('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
  })
})
