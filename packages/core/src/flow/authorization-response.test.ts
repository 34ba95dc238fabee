import { array, constantFrom, property, string, subarray, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
import { failureIn } from '../../test/failure.ts'
import { GatewayError } from '../error.ts'
import { readParameters, readQuery } from './authorization-response.ts'

const NOTHING = { state: undefined, code: undefined, error: undefined, iss: undefined }

describe('a parameter that is sent twice', () => {
  it.each(['code', 'state', 'iss', 'error', 'response'])('is refused: %s', (name) => {
    for (const query of [
      `${name}=a&${name}=b`,
      `${name}=a&${name}=a`,
      `${name}=&${name}=`,
      `${name}=a&x=y&${name}=`,
      `${name}&${name}`,
      `%${name.charCodeAt(0).toString(16)}${name.slice(1)}=a&${name}=a`,
    ]) {
      expect(failureIn(() => readQuery(query)).code).toBe('callback_malformed')
      expect(failureIn(() => readParameters(new URLSearchParams(query))).code).toBe('callback_malformed')
    }
  })

  it('is ignored when it is none of ours', () => {
    expect(readQuery('code=c&state=s&scope=a&scope=b&session_state=1&session_state=2')).toEqual({
      ...NOTHING,
      code: 'c',
      state: 's',
    })
  })
})

describe('a parameter under another spelling of its name', () => {
  it.each(['%20code', 'code%20', 'CODE', 'Code', 'c\u043ede', 'code.x'])('is not the parameter: %s', (name) => {
    expect(readQuery(`${name}=c&state=s`)).toEqual({ ...NOTHING, state: 's' })
  })

  it.each(['code[]', 'code[0]', 'code%5B%5D', 'code%00', 'state[x]', 'iss[]', 'error%00', 'response[]'])(
    'that other parsers would take for it is refused: %s',
    (name) => {
      for (const query of [`${name}=c&state=s`, `code=c&state=s&${name}=x`]) {
        expect(failureIn(() => readQuery(query)).code).toBe('callback_malformed')
      }
    },
  )

  it('does not make one repeated', () => {
    expect(readQuery('code=c&CODE=d&state=s&STATE=t').code).toBe('c')
  })
})

describe('a value', () => {
  it.each(['%00', '%0a', '%0d%0a', '%09', '%7f', '%C3%A9', '%E2%80%A8', '%FF', '%1b[31m'])(
    'that no authorization server sends is refused: %s',
    (value) => {
      for (const name of ['code', 'state', 'iss', 'error', 'response']) {
        expect(failureIn(() => readQuery(`${name}=a${value}`)).code).toBe('callback_malformed')
      }
    },
  )

  it('of any legal characters passes unchanged', () => {
    const legal = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index)).join('')
    expect(readQuery(String(new URLSearchParams({ code: legal, state: legal }))).code).toBe(legal)
  })

  it('is decoded as a form is: plus is a space', () => {
    expect(readQuery('code=a+b%2Bc&state=s').code).toBe('a b+c')
  })
})

describe('sizes', () => {
  it('leave room for a code of 4,096 characters', () => {
    expect(readQuery(`code=${'c'.repeat(4_096)}&state=s`).code).toHaveLength(4_096)
  })

  it.each([
    ['a state of 10 kB', `code=c&state=${'s'.repeat(10_240)}`],
    ['a state of a megabyte', `code=c&state=${'s'.repeat(1_048_576)}`],
    ['a code of more than 6 kB', `state=s&code=${'c'.repeat(6 * 1_024 + 1)}`],
    ['a description of 100 kB', `state=s&error=x&error_description=${'d'.repeat(102_400)}`],
    ['a million parameters', `code=c&state=s${'&a'.repeat(1_000_000)}`],
    ['51 parameters', `code=c&state=s${'&a=b'.repeat(49)}`],
  ])('are bounded: %s', (_, query) => {
    expect(failureIn(() => readQuery(query)).code).toBe('callback_malformed')
  })

  it('are bounded in a form as well', () => {
    const long = new URLSearchParams({ code: 'c'.repeat(6 * 1_024 + 1), state: 's' })
    const many = new URLSearchParams('a&'.repeat(51))
    const unasked = new URLSearchParams({ code: 'c', state: 's', session_state: 'x'.repeat(6 * 1_024 + 1) })
    const named = new URLSearchParams({ code: 'c', state: 's', ['x'.repeat(6 * 1_024 + 1)]: '' })
    expect(failureIn(() => readParameters(unasked)).code).toBe('callback_malformed')
    expect(failureIn(() => readParameters(named)).code).toBe('callback_malformed')
    expect(failureIn(() => readParameters(long)).code).toBe('callback_malformed')
    expect(failureIn(() => readParameters(many)).code).toBe('callback_malformed')
  })
})

describe('emptiness', () => {
  it('of a code, a state or an iss is absence; of an error it is an error answer', () => {
    expect(readQuery('code=&state=&iss=')).toEqual(NOTHING)
    expect(readQuery('error=&code=c&state=s')).toEqual({ ...NOTHING, error: '', code: 'c', state: 's' })
    expect(readQuery('')).toEqual(NOTHING)
  })
})

describe('every subset of parameters', () => {
  const all = ['code=c', 'state=s', 'iss=i', 'error=e', 'error_description=d', 'access_token=EVIL', 'id_token=EVIL']

  it('is read as what it is, and tokens in it are nothing', () => {
    always(
      property(subarray(all), (parts) => {
        const read = readQuery(parts.join('&'))
        expect(read).toEqual({
          code: parts.includes('code=c') ? 'c' : undefined,
          state: parts.includes('state=s') ? 's' : undefined,
          iss: parts.includes('iss=i') ? 'i' : undefined,
          error: parts.includes('error=e') ? 'e' : undefined,
        })
        expect(JSON.stringify(read)).not.toContain('EVIL')
      }),
      { numRuns: 500 },
    )
  })

  it('is read or refused, whatever it holds: nothing else is ever thrown', () => {
    const name = constantFrom('code', 'state', 'iss', 'error', 'response', '', '%', '&', '=')
    always(
      property(
        array(tuple(name, string({ unit: 'binary', maxLength: 5 }))),
        string({ unit: 'binary' }),
        (pairs, wild) => {
          for (const query of [pairs.map((pair) => pair.join('=')).join('&'), wild]) {
            try {
              readQuery(query)
            } catch (error) {
              expect(error).toBeInstanceOf(GatewayError)
            }
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
