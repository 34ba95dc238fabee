import { describe, expect, it } from 'vitest'
import { knownInstead } from './unknown-name.ts'

const KNOWN = ['origin', 'secrets', 'basePath', 'defaultReturnTo', 'clientId', 'idleTimeout', 'totalTimeout', 'now']

describe('a name that is not known', () => {
  it.each([
    ['orgin', 'origin'],
    ['secret', 'secrets'],
    ['basepath', 'basePath'],
    ['client_id', 'clientId'],
    ['returnTo', 'defaultReturnTo'],
    ['idleTimeOut', 'idleTimeout'],
    ['new', 'now'],
  ])('was meant to be the one it resembles: %s', (name, meant) => {
    expect(knownInstead(name, KNOWN)).toBe(`Did you mean ${meant}?`)
  })

  it.each(['', 'x', 'callbackUrl', 'timeout', 'id', '__proto__', 'x'.repeat(1000)])(
    'is answered with all of them when it could be any: %s',
    (name) => {
      expect(knownInstead(name, KNOWN)).toBe(`Known: ${KNOWN.join(', ')}.`)
    },
  )
})
