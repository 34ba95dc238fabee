import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { grant, session } from '../../test/session.ts'
import { decodeSession, encodeSession } from './codec.ts'

const FULL = session({
  user: { id: '42', name: 'Frieren "the" \u2028 Slayer', picture: 'https://cdn.example/a.png' },
  sub: 'sub',
  authenticatedAt: 1,
  acr: 'gold',
  sid: 'sid',
  device: 'a browser',
  profileMissedAt: 2,
  grants: { a: grant({ expiresAt: 3, idToken: 'id', scope: ['x', 'y'] }), b: grant({ scope: [] }) },
})

describe('a session in a cookie', () => {
  it('comes back as it was', () => {
    expect(decodeSession(encodeSession(FULL))).toEqual(FULL)
    expect(decodeSession(encodeSession(session()))).toEqual(session())
  })

  it('is nobody when it was written in another format', () => {
    const [format = 0, ...rest] = encodeSession(FULL)
    const others = [0, 1, format + 1, 0x7b, 255].map((other) => Buffer.from([other, ...rest]))
    for (const octets of [...others, Buffer.from('{"v":1,"i":"x"}'), Buffer.alloc(0)]) {
      expect(decodeSession(octets)).toBeUndefined()
    }
  })

  it('gives nobody a prototype', () => {
    const user = JSON.parse('{"id":"42","__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}')
    const decoded = decodeSession(encodeSession(session({ user })))
    expect(decoded?.user).not.toHaveProperty('isAdmin')
    expect({}).not.toHaveProperty('isAdmin')
  })

  it('cannot be changed by whoever reads it: requests that share it would see that', () => {
    const user = { id: '42', roles: ['reader'], address: { city: 'Äußerst', lines: [{ text: 'a' }] } }
    const decoded = decodeSession(encodeSession(session({ user })))
    const seen: unknown[] = [decoded]
    for (const value of seen) {
      expect(Object.isFrozen(value)).toBe(true)
      if (typeof value === 'object' && value !== null) seen.push(...Object.values(value))
    }
    expect(seen.length).toBeGreaterThan(15)
  })
})

describe('what a session takes', () => {
  it('is three octets for four characters of a token, and little more than its text otherwise', () => {
    const octets = (accessToken: string) => encodeSession(session({ grants: { a: grant({ accessToken }) } })).length
    const parts = [60, 600, 256].map((length) => randomBytes(length).toString('base64url'))
    expect(octets(parts.join('.')) - octets('')).toBeLessThan(60 + 600 + 256 + 24)
    expect(octets('opaque token '.repeat(60)) - octets('')).toBeLessThan(13 * 60 + 24)
    expect(octets('')).toBeLessThan(130)
  })
})
