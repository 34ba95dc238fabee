import { describe, expect, it } from 'vitest'
import { forged, garbage } from './tamper.ts'

const VALUE = 'v1.k1.abcdefghijklmnopqrstuvwxyz0123456789'

describe('a forged cookie', () => {
  it('differs in one character and keeps its shape', () => {
    const changed = forged(`s=${VALUE}`, /./)
    const differing = [...changed].filter((character, index) => character !== `s=${VALUE}`[index])
    expect(changed).toHaveLength(VALUE.length + 2)
    expect(differing).toHaveLength(1)
  })

  it('differs in every cookie of a session', () => {
    expect(forged('a=AAAA; b=BBBB', /./)).toBe('a=BAAA; b=ABBB')
  })

  it('leaves percent-encoded octets alone', () => {
    expect(forged('a=%2Fabc', /./)).toBe('a=%2FAbc')
  })

  it('leaves other cookies alone', () => {
    expect(forged('a=xyz; session=xyz', /^session$/)).toBe('a=xyz; session=Ayz')
  })
})

describe('garbage', () => {
  it('keeps the names', () => {
    expect(garbage('a=1; b=2=3', /./)).toBe('a=garbage; b=garbage')
  })
})
