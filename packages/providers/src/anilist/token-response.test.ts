import { describe, expect, it } from 'vitest'
import { repairTokenResponse } from './token-response.ts'

const YEAR = 31_536_000

describe("AniList's token response", () => {
  it('loses a refresh token that AniList would not take back', () => {
    const response = { token_type: 'Bearer', expires_in: YEAR, access_token: 'a', refresh_token: 'def50200' }
    expect(repairTokenResponse(response)).toEqual({ token_type: 'Bearer', expires_in: YEAR, access_token: 'a' })
  })

  it('needs no more than an access token, which is all that is documented', () => {
    expect(repairTokenResponse({ access_token: 'a' })).toEqual({
      access_token: 'a',
      token_type: 'Bearer',
      expires_in: YEAR,
    })
  })

  it.each([null, '', 0, -1, 'soon', '3600abc', []])('takes a year where expires_in is %j', (expires_in) => {
    expect(repairTokenResponse({ access_token: 'a', expires_in })['expires_in']).toBe(YEAR)
  })

  it.each([3600, '3600'])('keeps a lifetime that is one: %j', (expires_in) => {
    expect(repairTokenResponse({ access_token: 'a', expires_in })['expires_in']).toBe(expires_in)
  })

  it('does not make a bearer token of anything else', () => {
    expect(repairTokenResponse({ access_token: 'a', token_type: 'mac' })['token_type']).toBe('mac')
  })

  it('takes nothing else along, whatever it is called', () => {
    const response = JSON.parse('{"access_token":"a","id_token":"x","scope":"admin","__proto__":{"isAdmin":true}}')
    expect(Object.keys(repairTokenResponse(response))).toEqual(['access_token', 'token_type', 'expires_in'])
  })
})
