import { describe, expect, it } from 'vitest'
import { errorName } from './error-name.ts'

describe('the error of an authorization server', () => {
  it.each(['invalid_grant', 'a', 'bad_verification_code', 'org.example-error', `${'x'.repeat(20)}_${'y'.repeat(20)}`])(
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
    ['a code that it was sent', 'SplxlOBeZQQYbYS6WxSbIA'],
    ['a secret that it was sent', '7fjfp0zbr1ktdrbnfvdmiw'],
    ['an address', 'https://as.example/errors/seven'],
    ['a long word', 'a'.repeat(21)],
    ['65 characters', 'aaaa_'.repeat(13)],
    ['nothing', ''],
    ['no error at all', undefined],
  ])('is not kept where it is %s', (_, error) => {
    expect(errorName(error)).toBeUndefined()
  })
})
