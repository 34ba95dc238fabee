import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FASTIFY, FASTIFY_MISGUARDED } from './fastify-variants.ts'
import { type House, openHouse, type Variant } from './house.ts'
import { KOA, KOA_MISGUARDED } from './koa-variants.ts'
import { cases, holdToSameDoor } from './same-door.ts'

// A seed that stays, so that a run says the same tomorrow. To search further: FUZZ_SEED=$RANDOM FUZZ_RUNS=20000.
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_125)
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200)

describe.each([
  ['Fastify', FASTIFY],
  ['Koa', KOA],
] as const)('on %s, the route that is guarded is the route that is run', (_framework, variants) => {
  it.each(variants)('$name', async (variant) => {
    await withHouse(variant, (house) => fc.assert(sameDoor(house, variant), { seed: SEED, numRuns: RUNS }))
  })
})

describe('what these tests have to notice', () => {
  it.each([
    ['Fastify', FASTIFY_MISGUARDED],
    ['Koa', KOA_MISGUARDED],
  ])('is a guard on %s that reads the URL itself', async (_framework, variant) => {
    await withHouse(variant, async (house) => {
      const found = await fc.check(sameDoor(house, variant), { seed: SEED, numRuns: 2_000, endOnFailure: true })
      expect(found.errorInstance).toMatchObject({ message: expect.stringContaining('ran a guarded handler') })
    })
  })
})

function sameDoor(house: House, { addresses, hosts }: Variant) {
  return fc.asyncProperty(cases(addresses, hosts), (one) => holdToSameDoor(house, one))
}

async function withHouse(variant: Variant, use: (house: House) => Promise<void>): Promise<void> {
  const house = await openHouse(variant)
  try {
    await use(house)
  } finally {
    await house.close()
  }
}
