import { array, constantFrom, property, string, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
import { failureIn } from '../../test/failure.ts'
import { GatewayError } from '../error.ts'
import type { LoginParameter } from '../provider/provider.ts'
import { loginParameters } from './login-parameters.ts'

const ALL: readonly LoginParameter[] = ['prompt', 'login_hint', 'max_age', 'acr_values', 'ui_locales']

function read(query: string | URLSearchParams, allowed = ALL): Readonly<Record<string, string>> {
  return loginParameters(new URLSearchParams(query), allowed)
}

describe('what a browser may not say', () => {
  it('never reaches the provider, even where every parameter is allowed', () => {
    const query = [
      'redirect_uri=https://evil.example&client_id=x&response_type=token&response_mode=fragment&scope=admin',
      'state=fixed&nonce=fixed&code_challenge=fixed&code_challenge_method=plain&request=x&request_uri=https://evil.example',
      'audience=evil&resource=evil&issuer=evil&authorize_url=evil&code_verifier=fixed&registration=x&claims={}&display=x',
      'prompt[]=none&prompt[0]=none&LOGIN_HINT=x&login_hint%00=x&%20max_age=1&__proto__=x&constructor=x&toString=x',
    ].join('&')
    expect(read(query)).toEqual({})
  })

  it('is dropped where the provider allows nothing', () => {
    expect(read('prompt=none&login_hint=x&max_age=0&acr_values=a&ui_locales=de', [])).toEqual({})
    expect(read('prompt=none&login_hint=x', ['login_hint'])).toEqual({ login_hint: 'x' })
  })
})

describe('a malformed parameter', () => {
  it.each([
    'prompt=none&prompt=none',
    'prompt=',
    'prompt=none login',
    'prompt=none%20none',
    'prompt=evil',
    'prompt=login%0aconsent',
    'prompt=login%20%20consent',
    'login_hint=',
    'login_hint=a&login_hint=b',
    'login_hint=a%0d%0aSet-Cookie:x',
    'login_hint=%00',
    'login_hint=a%7f',
    'login_hint=%C2%85',
    'login_hint=%FF',
    'max_age=',
    'max_age=-1',
    'max_age=1.5',
    'max_age=1e3',
    'max_age=0x10',
    'max_age=%201',
    'max_age=9999999999',
    'max_age=NaN',
    'max_age=%D9%A1',
    'acr_values=',
    'acr_values=a%20',
    'acr_values=%20a',
    'acr_values=a%0ab',
    'acr_values=%C3%A9',
    'ui_locales=de_DE',
    'ui_locales=de,en',
    'ui_locales=..%2F..%2Fetc',
  ])('is refused: %s', (query) => {
    expect(failureIn(() => read(query)).code).toBe('parameter_invalid')
  })

  it.each(ALL)('is refused when it is long: %s', (name) => {
    for (const value of ['a'.repeat(257), 'a'.repeat(10_240), '1'.repeat(10_240), 'é'.repeat(200), '中'.repeat(100)]) {
      expect(failureIn(() => read(new URLSearchParams({ [name]: value }))).code).toBe('parameter_invalid')
    }
  })
})

describe('parameters that are short each', () => {
  const escaped = { login_hint: '€'.repeat(85), acr_values: '%'.repeat(256) }

  it('are refused when they are long together, as they will be sent', () => {
    const all = {
      ...escaped,
      ui_locales: 'a'.repeat(256),
      prompt: 'login consent select_account',
      max_age: '999999999',
    }
    for (const parameters of [escaped, all]) {
      expect(failureIn(() => read(new URLSearchParams(parameters))).code).toBe('parameter_invalid')
    }
  })

  it('pass each, and together where they take no escapes', () => {
    for (const [name, value] of Object.entries(escaped))
      expect(read(new URLSearchParams([[name, value]]))).toHaveProperty(name)
    const plain = { login_hint: 'a'.repeat(256), acr_values: 'b'.repeat(256), ui_locales: 'c'.repeat(256) }
    expect(read(new URLSearchParams(plain))).toEqual(plain)
  })
})

describe('a well-formed parameter', () => {
  it.each([
    ['prompt', 'none'],
    ['prompt', 'login consent'],
    ['prompt', 'create'],
    ['prompt', 'select_account'],
    ['login_hint', 'frieren+test@app.example'],
    ['login_hint', 'フリーレン'],
    ['login_hint', 'a&prompt=none#x'],
    ['max_age', '0'],
    ['max_age', '86400'],
    ['acr_values', 'urn:mace:incommon:iap:silver urn:x'],
    ['ui_locales', 'de-CH en'],
  ])('passes: %s=%s', (name, value) => {
    expect(read(new URLSearchParams({ [name]: value }))).toEqual({ [name]: value })
  })
})

describe('whatever a query says', () => {
  it('what passes is short, printable and one of five', () => {
    const name = constantFrom<string>(...ALL, 'scope', 'state', '')
    const value = string({ unit: 'binary', maxLength: 12 })
    always(
      property(array(tuple(name, value)), (pairs) => {
        const query = new URLSearchParams(pairs)
        try {
          for (const [passed, text] of Object.entries(read(query))) {
            expect(ALL).toContain(passed)
            expect(text).not.toMatch(/\p{Cc}/u)
            expect(encodeURIComponent(text).length).toBeLessThanOrEqual(768)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
