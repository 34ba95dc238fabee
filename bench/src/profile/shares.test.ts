import { describe, expect, it } from 'vitest'
import { sharesByFunction, sharesByOwner } from './shares.ts'
import { trimmed } from './trim.ts'

const FRAMES = [
  ['(idle)', ''],
  ['seal', 'file:///work/packages/core/src/crypto/seal.ts'],
  ['open', 'file:///work/packages/core/src/crypto/seal.ts'],
  ['verify', 'file:///work/node_modules/.pnpm/jose@6.0.0/node_modules/jose/dist/verify.js'],
  ['register', 'file:///work/node_modules/@fastify/cookie/plugin.js'],
  ['writeHead', 'node:_http_server'],
  ['(garbage collector)', ''],
] as const

const PROFILE = {
  nodes: FRAMES.map(([functionName, url], id) => ({ id, callFrame: { functionName, url } })),
  samples: [0, 1, 2, 3, 4, 5, 6],
  timeDeltas: [100, 10, 20, 30, 20, 10, 10],
  startTime: 1_000,
}

describe('where the time goes', () => {
  it('is told by package, and for ours by folder, without idling', () => {
    const shares = Object.fromEntries(sharesByOwner(PROFILE).map(({ name, share }) => [name, share]))
    expect(shares).toEqual({
      '@postern/core crypto/': 0.3,
      jose: 0.3,
      '@fastify/cookie': 0.2,
      'node:_http_server': 0.1,
      '(garbage collector)': 0.1,
    })
  })

  it('is told by function, largest first', () => {
    expect(sharesByFunction(PROFILE)[0]).toEqual({ name: 'verify of jose', share: 0.3 })
  })
})

describe('a trimmed profile', () => {
  it('begins with the first sample from then on', () => {
    expect(trimmed(PROFILE, 1_130)).toMatchObject({ samples: [2, 3, 4, 5, 6], timeDeltas: [20, 30, 20, 10, 10] })
  })

  it('is empty when nothing came after', () => {
    expect(trimmed(PROFILE, 9_000).samples).toEqual([])
  })
})
