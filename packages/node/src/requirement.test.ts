import { createGateway, defineProvider } from '@postern/core'
import { describe, expect, it } from 'vitest'
import { checkRequirement, mountFor, pathsUnder } from './index.ts'

const gateway = createGateway({
  origin: 'https://app.example',
  basePath: '/app/auth',
  secrets: ['h2Nw8Rk5tZqX0vYb3LmCsD7gJfPaEiUo1K4eM9xT'],
  providers: [
    defineProvider({
      id: 'castle',
      protocol: 'oauth2',
      name: 'Castle',
      clientId: 'node-tests',
      clientAuthentication: { method: 'none' },
      endpoints: { authorization: 'https://castle.example/authorize', token: 'https://castle.example/token' },
      identify: async () => ({ id: '1' }),
    }),
  ],
})
const other = { ...gateway }

describe('checkRequirement', () => {
  it('takes what a requirement may say', () => {
    expect(checkRequirement('required')).toEqual({})
    expect(checkRequirement({})).toEqual({})
    const whole = { provider: 'castle', signInWith: 'castle', scope: ['a'], acr: [], maxAge: 0, where: () => true }
    expect(checkRequirement(whole, gateway)).toEqual(whole)
    expect(checkRequirement({ provider: undefined }, gateway)).toEqual({ provider: undefined })
  })

  it('refuses what would ask for less than was meant', () => {
    for (const wrong of [
      true,
      undefined,
      null,
      'yes',
      ['castle'],
      { provder: 'castle' },
      { provider: 1 },
      { scope: 'read' },
      { scope: [1] },
      { maxAge: '60' },
      { maxAge: Number.NaN },
      { maxAge: -1 },
      { where: true },
      { constructor: {} },
    ]) {
      expect(() => checkRequirement(wrong)).toThrow('A requirement was refused')
    }
  })

  it('knows the providers where it knows the gateway', () => {
    for (const provider of ['moat', 'toString', '']) {
      expect(() => checkRequirement({ provider }, gateway)).toThrow('provider must be the id of a configured provider')
      expect(() => checkRequirement({ signInWith: provider }, gateway)).toThrow('signInWith must be')
      expect(checkRequirement({ provider })).toEqual({ provider })
    }
  })
})

describe('mountFor', () => {
  it('finds the gateway that was named, or the only one', () => {
    const mounts = [{ gateway }, { gateway: other }]
    expect(mountFor(mounts, other)).toBe(mounts[1])
    expect(mountFor([{ gateway }])).toEqual({ gateway })
  })

  it('finds none rather than the wrong one', () => {
    for (const attempt of [
      () => mountFor(undefined),
      () => mountFor([]),
      () => mountFor([{ gateway }], other),
      () => mountFor([{ gateway }, { gateway: other }]),
    ]) {
      expect(attempt).toThrow(expect.objectContaining({ code: 'gateway_not_mounted' }))
    }
  })
})

describe('pathsUnder', () => {
  it('takes off a prefix of whole segments, and nothing else', () => {
    for (const [prefix, first] of [
      ['', '/app/auth/login'],
      ['/', '/app/auth/login'],
      ['/app', '/auth/login'],
      ['/app/', '/auth/login'],
      ['/app/auth', '/login'],
    ]) {
      expect(pathsUnder(String(prefix), gateway)[0]).toBe(first)
    }
    for (const prefix of ['/ap', '/app/au', '/auth', '/app/auth/login', '/:tenant']) {
      expect(() => pathsUnder(prefix, gateway)).toThrow(`the gateway is mounted under ${prefix}`)
    }
  })
})
