import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { weaknessOf } from './secret.ts'

describe('a secret that must not seal anything', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 1e40],
    ['bytes', randomBytes(32)],
    ['an empty string', ''],
    ['31 bytes', 'q1W2e3R4t5Y6u7I8o9P0aSdFgHjKlZx'],
    ['one character, often', 'a'.repeat(64)],
    ['few characters, often', 'abcabcd'.repeat(10)],
    ['a short text, repeated', 'abcdefgh'.repeat(4)],
    ['a password, repeated', 'correct-horse'.repeat(3)],
    ['a text, repeated and cut short', '12345678901234567890123456789012'],
    ['a password, repeated until it is long enough', 'supersecretsupersecretsupersecret1'],
    ['a password, and again as much of it as is needed', 'password1234567890password12345678'],
    ['the alphabet', 'abcdefghijklmnopqrstuvwxyz012345'],
    ['the alphabet in capitals, and on', 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0123456789'],
    ['spaces', ' '.repeat(40)],
    ['an example', 'change-me-change-me-change-me-0123456789'],
    ['an example in words', 'please replace this with 32 random bytes'],
    ['an example of a README', 'your-session-secret-at-least-32-characters-long'],
    ['an example in capitals', 'YOUR_OWN_SECRET_OF_32_BYTES_GOES_HERE_1'],
    ['an example with its name', 'this-is-an-example-secret-do-not-use-1234'],
    ['of the documentation of iron-session', 'complex_password_at_least_32_characters_long'],
    ['of the documentation of @fastify/secure-session', 'averylogphrasebiggerthanthirtytwochars'],
    ['of the documentation of @fastify/session', 'the secret with minimum length of 32 characters'],
    ['of the documentation of express-session', 'a keyboard cat that is longer than it was'],
    ['of the documentation of express-session, repeated', 'keyboard cat keyboard cat keyboard'],
    ['of the documentation of Auth.js', 'INp8IvdIyeMcoGAgFGoA61DdBglwwSqnXJZkgz8PSnw'],
  ])('is %s', (_, secret) => {
    const weakness = weaknessOf(secret)
    expect(weakness).toBeTypeOf('string')
    if (typeof secret === 'string' && secret !== '') expect(weakness).not.toContain(secret.slice(0, 8))
  })
})

describe('a secret', () => {
  it('is random text of 32 bytes in any of the usual encodings', () => {
    for (let round = 0; round < 500; round += 1) {
      const bytes = randomBytes(32)
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        expect(weaknessOf(bytes.toString(encoding))).toBeUndefined()
      }
    }
  })

  it('is measured in bytes, so that a phrase in any script counts', () => {
    expect(weaknessOf('δέκα-λέξεις-τυχαίες')).toBeUndefined()
  })

  it.each([
    'test-secret-at-least-32-characters!',
    'secret-abcdefghijklmnopqrstuvwxyz',
    'a-secret-for-tests-12345678901234567890',
    'cookie-secret-for-tests-000000000000000000000000',
  ])('may be readable, for tests: %s', (secret) => {
    expect(weaknessOf(secret)).toBeUndefined()
  })
})
