import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { memoryStore } from '../store/memory.ts'
import { createClaims } from './claim.ts'

const REMEMBERED = 60_000

/** Two processes that share a store. */
function twoProcesses(patience = 5_000) {
  const store = memoryStore()
  const options = { store, now: Date.now, wait: (milliseconds: number) => wait(milliseconds), patience }
  return { store, first: createClaims(options), second: createClaims(options) }
}

describe('an answer that two processes are sent', () => {
  it('is carried out by one of them, however close together it arrives', async () => {
    const { first, second } = twoProcesses(0)
    const outcomes = await Promise.all(
      [first, second, first, second].map((claims) => claims.claim('state', REMEMBERED)),
    )
    expect(outcomes.filter((outcome) => outcome === 'claimed')).toHaveLength(1)
  })

  it('is finished for the second when the first has finished, and not before', async () => {
    const { first, second } = twoProcesses()
    expect(await first.claim('state', REMEMBERED)).toBe('claimed')
    const waiting = second.claim('state', REMEMBERED)
    const early = await Promise.race([waiting, wait(120).then(() => 'still waiting')])
    expect(early).toBe('still waiting')
    await first.settle('state', 'finished', REMEMBERED)
    expect(await waiting).toBe('finished_meanwhile')
    expect(await second.claim('state', REMEMBERED)).toBe('finished_before')
  })

  it('is used for the second when the first has failed, or says nothing for too long', async () => {
    const { first, second } = twoProcesses(100)
    await first.claim('failed', REMEMBERED)
    await first.settle('failed', 'used', REMEMBERED)
    await first.claim('silent', REMEMBERED)
    expect(await second.claim('failed', REMEMBERED)).toBe('used')
    expect(await second.claim('silent', REMEMBERED)).toBe('used')
  })

  it('leaves in the store neither the state nor anything that lasts', async () => {
    const { store, first } = twoProcesses()
    await first.claim('a-state-nobody-may-see', 30)
    await wait(40)
    expect(await first.claim('a-state-nobody-may-see', REMEMBERED)).toBe('claimed')
    expect(await store.get('claim.a-state-nobody-may-see')).toBeUndefined()
  })
})
