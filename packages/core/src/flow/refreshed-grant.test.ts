import { describe, expect, it } from 'vitest'
import { grant, START, session } from '../../test/session.ts'
import { isSameGrant, refreshedGrant, withGrant } from './refreshed-grant.ts'

const NOTHING = {
  accessToken: 'new',
  expiresIn: undefined,
  refreshToken: undefined,
  idToken: undefined,
  scope: undefined,
}

describe('a refreshed grant', () => {
  const before = grant({ refreshToken: 'old', idToken: 'id', scope: ['read', 'write'], expiresAt: START })

  it('keeps what the answer leaves out, and knows no end that nobody named', () => {
    expect(refreshedGrant(before, NOTHING, START + 5)).toEqual({
      accessToken: 'new',
      receivedAt: START + 5,
      expiresAt: undefined,
      refreshToken: 'old',
      idToken: 'id',
      scope: ['read', 'write'],
    })
  })

  it('takes what the answer brings', () => {
    const tokens = { ...NOTHING, refreshToken: 'next', idToken: 'next id', expiresIn: 60 }
    expect(refreshedGrant(before, tokens, START)).toMatchObject({
      refreshToken: 'next',
      idToken: 'next id',
      expiresAt: START + 60_000,
    })
  })

  it.each([
    [['read'], ['read']],
    [['read', 'admin'], ['read']],
    [['admin'], []],
    [[], []],
  ])('has of the scope %j only what the sign-in had: %j', (scope, kept) => {
    expect(refreshedGrant(before, { ...NOTHING, scope }, START).scope).toEqual(kept)
  })

  it.each([0, -1])('does not count as expired when its lifetime is %i', (expiresIn) => {
    expect(refreshedGrant(before, { ...NOTHING, expiresIn }, START).expiresAt).toBeUndefined()
  })
})

describe('a grant in a session', () => {
  it('takes the place of its predecessor, and of no other', () => {
    const [a, b, next] = [grant(), grant({ accessToken: 'b' }), grant({ accessToken: 'next' })]
    expect(withGrant(session({ grants: { a, b } }), 'b', next).grants).toEqual({ a, b: next })
  })

  it('is another when any of its tokens or the time differs', () => {
    expect(isSameGrant(grant(), { ...grant() })).toBe(true)
    for (const facts of [{ accessToken: 'x' }, { refreshToken: 'x' }, { receivedAt: START + 1 }]) {
      expect(isSameGrant(grant(), grant(facts))).toBe(false)
    }
    expect(isSameGrant(grant(), undefined)).toBe(false)
  })
})
