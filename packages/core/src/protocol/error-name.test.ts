import { describe, expect, it } from 'vitest'
import { errorName } from './error-name.ts'

describe('the error of an authorization server', () => {
  it.each(['invalid_grant', 'a', 'urn:example:error-1.2', 'https://as.example/errors/7', 'x'.repeat(64)])(
    'is kept where it is a name: %s',
    (name) => {
      expect(errorName(name)).toBe(name)
    },
  )

  it.each([
    ['markup', '<script>alert(1)</script>'],
    ['a template', '%{x}'],
    ['a formula', '=1+1'],
    ['a query', 'a?code=c'],
    ['a sentence', 'invalid grant'],
    ['a new line', 'invalid_grant\nfake log line'],
    ['a new line at the end', 'invalid_grant\n'],
    ['a quote', 'invalid"grant'],
    ['a colour', '\x1b[31minvalid_grant'],
    ['another script', 'invalid_gränt'],
    ['65 characters', 'a'.repeat(65)],
    ['nothing', ''],
    ['no error at all', undefined],
  ])('is not kept where it is %s', (_, error) => {
    expect(errorName(error)).toBeUndefined()
  })
})
