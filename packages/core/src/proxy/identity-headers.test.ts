import { property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
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
    expect(() => identityLines({ 'x-a': () => 'a', 'x-b': broken }, ann)).toThrow('no idea')
  })
})
