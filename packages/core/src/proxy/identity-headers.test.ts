import { property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
import { failureIn } from '../../test/failure.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { session } from '../../test/session.ts'
import { createSignedIn } from '../session/signed-in.ts'
import { identityLines } from './identity-headers.ts'

const ann = createSignedIn(session(), oauth2Provider('https://as.example', { id: 'a' }), {
  lifetimes: { idle: 1, absolute: 1 },
  origin: 'https://app.example',
  fetch,
  token: async () => 'token',
})

describe('what a header says of who is asking', () => {
  it('is one line that nobody trims, and decodes to what was meant', () => {
    always(
      property(string({ unit: 'binary' }), (name) => {
        const [[, value = ''] = []] = identityLines({ 'X-Name': () => name }, ann)
        expect(value).toMatch(/^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/)
        expect(decodeURIComponent(value)).toBe(name.toWellFormed())
      }),
    )
  })

  it('is nothing when there is nothing to say', () => {
    expect(identityLines({ 'X-A': () => undefined, 'X-B': ({ subject }) => subject }, ann)).toEqual([['x-b', '42']])
  })

  it('is nothing at all when the application cannot tell', () => {
    const broken = (): string => {
      throw new Error('no idea')
    }
    const failure = failureIn(() => identityLines({ 'x-a': () => 'a', 'X-B': broken }, ann))
    expect(failure).toMatchObject({ code: 'identity_header_invalid', class: 'operator', status: 502 })
    expect(failure.advice).toBe('The function of the header X-B threw.')
    expect(failure.cause).toMatchObject({ message: 'no idea' })
  })

  it('is nothing where null says so, as profiles do', () => {
    // @ts-expect-error -- what a JavaScript user may write
    expect(identityLines({ 'x-a': () => null }, ann)).toEqual([])
  })

  it.each([
    ['a number', () => 4711],
    ['a truth', () => true],
    ['a list', () => ['canary']],
    ['an object', () => ({ toString: () => 'canary' })],
    ['a promise', async () => 'canary'],
    ['a promise that is broken, and ends no process', () => Promise.reject(new Error('canary'))],
  ])('is nothing at all when the application says %s', async (_, say) => {
    // @ts-expect-error -- what a JavaScript user may write
    const failure = failureIn(() => identityLines({ 'x-a': () => 'a', 'X-B': say }, ann))
    expect(failure.code).toBe('identity_header_invalid')
    expect(failure.advice).toMatch(/^The function of the header X-B must return a string at once, or undefined/)
    expect(failure.message).not.toMatch(/canary|4711/)
  })
})
