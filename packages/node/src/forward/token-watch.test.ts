import { describe, expect, it } from 'vitest'
import { createTokenWatch } from './token-watch.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** Whether a token is found in a form that arrives in pieces of so many octets. */
function finds(form: string, octets: number): boolean {
  const watch = createTokenWatch(FORM)
  const pieces = Buffer.from(form)
  let found = false
  for (let at = 0; at < pieces.length; at += octets) found ||= watch?.(pieces.subarray(at, at + octets)) === true
  return found
}

it('is looked for in every form, also in one that says it is compressed: the target may not be told', () => {
  expect(createTokenWatch({ ...FORM, 'content-encoding': 'gzip' })).toBeDefined()
  expect(createTokenWatch({ 'content-type': 'text/plain' })).toBeUndefined()
})

describe.each([1, 2, 7, 1000])('in a form that arrives %i octets at a time, a token', (octets) => {
  it.each([
    'access_token=evil',
    'a=1&access_token=evil',
    'a=1;access_token=evil',
    '&&access_token=',
    'ACCESS_TOKEN=evil',
    'access%5Ftoken=evil',
    '%61%63%63%65%73%73%5f%74%6f%6b%65%6e=evil',
    `a=${'x'.repeat(500)}&access_token=evil`,
    `${'x'.repeat(500)}=a&access_token=evil`,
  ])('is found: %s', (form) => {
    expect(finds(form, octets)).toBe(true)
  })

  it.each([
    '',
    'a=access_token',
    'a=access_token=evil',
    'access_token_hint=x',
    'my_access_token=x',
    'access_token%3Devil=x',
    `${'x'.repeat(500)}access_token=x`,
    `a=${'x'.repeat(35)}access_token=x`,
  ])('is not seen where there is none: %s', (form) => {
    expect(finds(form, octets)).toBe(false)
  })
})

describe('a body that is no form', () => {
  it.each(['application/json', 'multipart/form-data; boundary=x', 'text/plain', undefined])(
    'is not looked at: %s',
    (type) => {
      expect(createTokenWatch({ 'content-type': type })).toBeUndefined()
    },
  )
})
