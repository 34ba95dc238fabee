import { describe, expect, it } from 'vitest'
import { offlineUser } from './offline-user.ts'

function token(claims: unknown): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ typ: 'JWT', alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`
}

describe('the user of an access token, when AniList could not be asked', () => {
  it.each([
    ['a number for a subject', token({ sub: 542244 })],
    ['an empty subject', token({ sub: '' })],
    ['a subject that Viewer.id could not be', token({ sub: 'ada' })],
    ['a subject with a leading zero, which would be another account', token({ sub: '0542244' })],
    ['a subject with spaces', token({ sub: ' 542244' })],
    ['a subject with a line break', token({ sub: '542244\n' })],
    ['a subject beyond whole numbers', token({ sub: '12345678901234567890' })],
    ['a list for a subject', token({ sub: ['542244'] })],
    ['no subject', token({ aud: '1234' })],
    ['null for claims', token(null)],
    ['an opaque token', 'an-opaque-token'],
    ['an empty token', ''],
    ['two parts', token({ sub: '542244' }).split('.').slice(0, 2).join('.')],
    ['no signature', `${token({ sub: '542244' }).split('.').slice(0, 2).join('.')}.`],
    ['five parts, as of an encrypted token', `${token({ sub: '542244' })}.a.b`],
    ['claims that are not JSON', 'e30.bm90LWpzb24.c2ln'],
  ])('is nobody for %s', (_, accessToken) => {
    expect(offlineUser(accessToken)).toBeUndefined()
  })

  it('is the subject, and nothing else is read', () => {
    expect(offlineUser(token({ sub: '542244', name: 'mallory', exp: 1, iss: 'https://evil.example' }))).toEqual({
      id: '542244',
    })
  })
})
