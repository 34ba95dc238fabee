import { adapterContract } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { FAULTS } from '../test/faults.ts'
import { FORWARD_FAULTS } from '../test/forward-faults.ts'
import { nodeAdapter } from '../test/node-http.ts'

describe('the adapter contract on node:http', () => {
  for (const { name, run } of adapterContract) it(name, () => run(nodeAdapter()))
})

describe('the adapter contract notices an adapter that', () => {
  for (const [fault, parts] of Object.entries({ ...FAULTS, ...FORWARD_FAULTS })) {
    it(fault, async () => {
      const outcomes = await Promise.allSettled(adapterContract.map(({ run }) => run(nodeAdapter(parts))))
      expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true)
    })
  }
})
