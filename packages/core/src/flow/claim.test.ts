import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Cookie } from '../http/cookie.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { type Claimable, createClaims } from './claim.ts'

const REMEMBERED = 60_000
const COOKIES: readonly Cookie[] = [
  {
    name: '__Host-postern.session',
    value: '1.a-canary',
    attributes: { path: '/', httpOnly: true, secure: true, sameSite: 'lax', maxAge: 60 },
  },
]

function transaction(state = 'state'): Claimable {
  return { state, codeVerifier: `the verifier of ${state}` }
}

/** Two processes that share a store. */
function twoProcesses(patience = 5_000) {
  const kept = memoryStore()
  const values: string[] = []
  const store: Store = {
    ...kept,
    put(key, record, condition) {
      values.push(record.value)
      return kept.put(key, record, condition)
    },
  }
  const options = { store, now: Date.now, wait: (milliseconds: number) => wait(milliseconds), patience }
  return { store, values, first: createClaims(options), second: createClaims(options) }
}

describe('an answer that two processes are sent', () => {
  it('is carried out by one of them, however close together it arrives', async () => {
    const { first, second } = twoProcesses(0)
    const outcomes = await Promise.all(
      [first, second, first, second].map((claims) => claims.claim(transaction(), REMEMBERED)),
    )
    expect(outcomes.filter(({ type }) => type === 'claimed')).toHaveLength(1)
  })

  it('is finished for the second when the first has finished, and not before', async () => {
    const { first, second } = twoProcesses()
    expect(await first.claim(transaction(), REMEMBERED)).toEqual({ type: 'claimed' })
    const waiting = second.claim(transaction(), REMEMBERED)
    const early = await Promise.race([waiting, wait(120).then(() => 'still waiting')])
    expect(early).toBe('still waiting')
    await first.settle(transaction(), COOKIES, REMEMBERED)
    expect(await waiting).toEqual({ type: 'finished_meanwhile', cookies: COOKIES })
    expect(await second.claim(transaction(), REMEMBERED)).toEqual({ type: 'finished_before' })
  })

  it('signs in the browser that holds the verifier, and nobody else', async () => {
    const { first, second, values } = twoProcesses()
    await first.claim(transaction(), REMEMBERED)
    const waiting = second.claim({ ...transaction(), codeVerifier: 'another' }, REMEMBERED)
    await wait(20)
    await first.settle(transaction(), COOKIES, REMEMBERED)
    expect(await waiting).toEqual({ type: 'finished_meanwhile', cookies: [] })
    expect(values.length).toBeGreaterThan(1)
    expect(values.join()).not.toMatch(/canary|verifier/)
  })

  it('leaves nothing that signs anybody in where nobody waits', async () => {
    const { first, second, values } = twoProcesses()
    await first.claim(transaction(), REMEMBERED)
    await first.settle(transaction(), COOKIES, REMEMBERED)
    expect(values.at(-1)).toBe('finished.')
    expect(await second.claim(transaction(), REMEMBERED)).toEqual({ type: 'finished_before' })
  })

  it('is used for the second when the first has failed, or says nothing for too long', async () => {
    const { first, second } = twoProcesses(100)
    await first.claim(transaction('failed'), REMEMBERED)
    await first.settle(transaction('failed'), undefined, REMEMBERED)
    await first.claim(transaction('silent'), REMEMBERED)
    expect(await second.claim(transaction('failed'), REMEMBERED)).toEqual({ type: 'used' })
    expect(await second.claim(transaction('silent'), REMEMBERED)).toEqual({ type: 'used' })
  })

  it('leaves in the store neither the state nor anything that lasts', async () => {
    const { store, first } = twoProcesses()
    await first.claim(transaction('a-state-nobody-may-see'), 30)
    await wait(40)
    expect(await first.claim(transaction('a-state-nobody-may-see'), REMEMBERED)).toEqual({ type: 'claimed' })
    expect(await store.get('claim.a-state-nobody-may-see')).toBeUndefined()
  })
})
