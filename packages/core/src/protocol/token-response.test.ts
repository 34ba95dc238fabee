import { describe, expect, it } from 'vitest'
import { oauth2Provider, oidcProvider } from '../../test/provider-definition.ts'
import { GatewayError } from '../error.ts'
import type { Provider } from '../provider/provider.ts'
import { checkTokenResponse, readTokens } from './token-response.ts'

const oauth2 = oauth2Provider('https://provider.example')
const oidc = oidcProvider('https://provider.example')
const usual = { access_token: 'token-1', token_type: 'Bearer' }

function read(response: Record<string, unknown>, provider: Provider = oauth2) {
  return readTokens({ ...checkTokenResponse({ ...usual, ...response }, provider) }, provider)
}

function refusalOf(response: Record<string, unknown>, provider: Provider = oauth2): string | undefined {
  try {
    read(response, provider)
    return undefined
  } catch (error) {
    return error instanceof GatewayError ? error.code : 'something else'
  }
}

describe('an access token', () => {
  it.each([
    ['a header in it', 'AT\r\nX-Injected: 1'],
    ['a line break', 'AT\n'],
    ['a space', 'AT AT'],
    ['a letter that is not ASCII', 'ÄT'],
    ['a NUL', 'AT\0'],
    ['nothing in it', ''],
  ])('with %s is refused before it reaches a header', (_what, access_token) => {
    expect(refusalOf({ access_token })).toBe('provider_response_invalid')
    expect(refusalOf({ access_token }, oidc)).toBe('provider_response_invalid')
  })

  it.each([[undefined], [null], [5], [['token-1']], [{}]])('that is %j is refused', (access_token) => {
    expect(refusalOf({ access_token })).toBe('provider_response_invalid')
  })

  it('may be long, and arrives whole', () => {
    const access_token = 'a'.repeat(8192)
    expect(read({ access_token }).accessToken).toBe(access_token)
  })
})

describe('token_type', () => {
  it.each(['bEARER', 'Bearer', 'bearer'])('%s is bearer', (token_type) => {
    expect(refusalOf({ token_type })).toBeUndefined()
  })

  it.each([['DPoP'], ['mac'], ['bot'], [''], [undefined], [null], [1]])('%j is refused', (token_type) => {
    expect(refusalOf({ token_type })).toBe('provider_response_invalid')
  })
})

describe('expires_in', () => {
  it.each([
    [3600, 3600],
    ['3600', 3600],
    [0, 0],
    [59.9, 59],
    [1e12, 315_360_000],
    ['999999999999', 315_360_000],
  ])('%j is %i seconds', (expires_in, seconds) => {
    expect(read({ expires_in }).expiresIn).toBe(seconds)
  })

  it.each([
    ['3600abc'],
    [-1],
    ['-1'],
    [null],
    [''],
    [JSON.parse('1e400')],
    [Number.NaN],
    [[3600]],
    ['1e3'],
    [undefined],
  ])('%j says nothing', (expires_in) => {
    expect(read({ expires_in }).expiresIn).toBeUndefined()
  })
})

describe('scope', () => {
  it('is split at spaces, and at commas for a provider that uses them', () => {
    expect(read({ scope: 'a b,c' }).scope).toEqual(['a', 'b,c'])
    const commas = oauth2Provider('https://provider.example', { scopeSeparator: ',' })
    expect(read({ scope: 'a,b c' }, commas).scope).toEqual(['a', 'b', 'c'])
  })

  it('that is absent says nothing, and that is empty says nothing was granted', () => {
    expect(read({}).scope).toBeUndefined()
    expect(read({ scope: '' }).scope).toEqual([])
    expect(read({ scope: '' }, oidc).scope).toEqual([])
  })

  it.each([[5], [{}], [true]])('that is %j is refused', (scope) => {
    expect(refusalOf({ scope })).toBe('provider_response_invalid')
  })
})

describe('everything else', () => {
  it('stays where it is: members are copied by name', () => {
    const response = JSON.parse('{"access_token":"a","token_type":"bearer","__proto__":{"isAdmin":true},"x":1}')
    const checked = checkTokenResponse(response, oauth2)
    expect(Reflect.ownKeys(checked)).toEqual(['access_token', 'token_type'])
    expect(Object.getPrototypeOf(checked)).toBe(Object.prototype)
  })

  it.each([[5], [{}], ['a\nb']])('a refresh token that is %j is refused', (refresh_token) => {
    expect(refusalOf({ refresh_token })).toBe('provider_response_invalid')
  })

  it('an ID token that is not a string is refused', () => {
    expect(refusalOf({ id_token: { sub: '1' } }, oidc)).toBe('provider_response_invalid')
  })
})
