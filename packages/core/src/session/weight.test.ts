import { describe, expect, it } from 'vitest'
import { grant, session } from '../../test/session.ts'
import { weighSession } from './weight.ts'

describe('the weight of a session', () => {
  it('names its parts, the largest first, in octets and without their contents', () => {
    const scope = Array.from({ length: 100 }, () => 'x'.repeat(9))
    const grants = {
      a: grant({ accessToken: 'a'.repeat(500), idToken: 'i'.repeat(900), refreshToken: 'ö'.repeat(300), scope }),
    }
    expect(weighSession(session({ grants })).map(([part, octets]) => `${part}: ${octets}`)).toEqual([
      'granted scope of a: 999',
      'ID token of a: 900',
      'refresh token of a: 600',
      'access token of a: 500',
      'user profile: 28',
    ])
  })
})
