import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packText, unpackText } from './packed-text.ts'

describe('packed text', () => {
  it('comes back as it was, whatever it holds', () => {
    const run = fc.string({ unit: fc.constantFrom(...'AZaz09-_'), minLength: 0, maxLength: 120 })
    const anything = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) })
    const narrow = fc.string({ unit: fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code)) })
    const mixed = fc.array(fc.oneof(run, narrow)).map((parts) => parts.join('.'))
    fc.assert(
      fc.property(fc.oneof(run, anything, narrow, mixed), (text) => {
        const packed = packText(text)
        expect(unpackText(packed, 0, packed.length)).toBe(text)
      }),
      { numRuns: 2_000 },
    )
  })

  it('keeps base64url that no encoder would have written', () => {
    for (const text of ['A'.repeat(41), `${'A'.repeat(42)}_`, '-'.repeat(64), '_'.repeat(65)]) {
      const packed = packText(text)
      expect(unpackText(packed, 0, packed.length)).toBe(text)
    }
  })

  it('comes back at every length that is written in another way', () => {
    for (const octets of [61, 62, 63, 64, 65_535, 65_536]) {
      for (const text of ['.'.repeat(octets), randomBytes(octets).toString('base64url')]) {
        const packed = packText(text)
        expect(unpackText(packed, 0, packed.length)).toBe(text)
      }
    }
  })

  it('takes six bits for a character of a token, whatever its length and whatever stands around it', () => {
    const token = randomBytes(300).toString('base64url')
    for (const length of [397, 398, 399, 400]) {
      const text = `{"name":"フリーレン \ud83d\ude00","token":"${token.slice(0, length)}"}`
      expect(packText(text).length).toBeLessThan(300 + 60)
    }
    expect(packText(`${token}\ud800`).length).toBeLessThan(300 + 12)
  })

  it('takes six bits for a character of a sealed value', () => {
    const sealed = `v1.Zm9vYmFy.${randomBytes(300).toString('base64url')}~${randomBytes(700).toString('base64url')}`
    expect(packText(sealed).length).toBeLessThan(sealed.length * 0.75 + 24)
  })

  it('takes hardly more than the text where there is nothing to gain', () => {
    const text = 'no sealed value, '.repeat(50)
    expect(packText(text).length).toBeLessThan(text.length + 8)
  })
})
