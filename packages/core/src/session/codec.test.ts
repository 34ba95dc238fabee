import { describe, expect, it } from 'vitest'
import { grant, session } from '../../test/session.ts'
import { decodeSession, encodeSession, weighSession } from './codec.ts'

const FULL = session({
  user: { id: '42', name: 'Frieren "the" \u2028 Slayer', picture: 'https://cdn.example/a.png' },
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
    for (const text of ['{}', '{"v":0}', '{"v":2,"i":"x"}', '{"v":"1"}', '[]', '1', '"text"']) {
      expect(decodeSession(text)).toBeUndefined()
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

describe('the weight of a session', () => {
  it('names its parts, the largest first, in octets and without their contents', () => {
    const grants = {
      a: grant({ accessToken: 'a'.repeat(500), idToken: 'i'.repeat(900), refreshToken: 'ö'.repeat(300) }),
    }
    expect(weighSession(session({ grants })).map(([part, octets]) => `${part}: ${octets}`)).toEqual([
      'ID token of a: 900',
      'refresh token of a: 600',
      'access token of a: 500',
      'user profile: 28',
    ])
  })
})
