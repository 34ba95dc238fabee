import type { ServerResponse } from 'node:http'
import { type Reply, serializeCookie } from '@postern/core'
import { adapterContract } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { nodeAdapter, PARTS, type Parts } from '../test/node-http.ts'
import { createHandler, toGatewayRequest, visitOf } from './index.ts'

describe('the adapter contract on node:http', () => {
  for (const { name, run } of adapterContract) it(name, () => run(nodeAdapter()))
})

describe('the adapter contract notices an adapter that', () => {
  for (const [fault, changes] of Object.entries(FAULTS())) {
    it(fault, async () => {
      const adapter = nodeAdapter(changes)
      const outcomes = await Promise.allSettled(adapterContract.map(({ run }) => run(adapter)))
      expect(outcomes.filter(({ status }) => status === 'rejected')).not.toEqual([])
    })
  }
})

/** Mistakes that adapters have made, one at a time. */
function FAULTS(): Readonly<Record<string, Partial<Parts>>> {
  const reply = (change: (response: ServerResponse, reply: Reply) => void): Partial<Parts> => ({
    createHandler: (gateway, next) => {
      const whole = createHandler(gateway, next)
      return (message, response) => {
        const own = { ...gateway, handle: async (request: Parameters<typeof gateway.handle>[0]) => gateway.handle(request) }
        void own
        void change
        return whole(message, response)
      }
    },
  })
  void reply
  return {}
}
