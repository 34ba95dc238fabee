import { describe, expect, it } from 'vitest'
import { failureOf } from '../../test/failure.ts'
import { GatewayError } from '../error.ts'
import type { RefreshOutcome } from '../protocol/protocol.ts'
import { present } from './present-token.ts'

const LOST: RefreshOutcome = { type: 'lost', error: new GatewayError('provider_timeout') }
const DEAD: RefreshOutcome = { type: 'dead' }

function provider(...outcomes: RefreshOutcome[]) {
  let calls = 0
  const refresh = async (): Promise<RefreshOutcome> => {
    calls += 1
    return outcomes.shift() ?? DEAD
  }
  return { refresh, calls: () => calls }
}

const yes = async () => true

describe('a refresh token', () => {
  it('is presented once when there is an answer', async () => {
    const { refresh, calls } = provider(DEAD)
    expect(await present(refresh, yes)).toBe(DEAD)
    expect(calls()).toBe(1)
  })

  it('is presented once more when the answer got lost, and never a third time', async () => {
    const { refresh, calls } = provider(LOST, LOST, DEAD)
    expect((await failureOf(present(refresh, yes))).code).toBe('provider_timeout')
    expect(calls()).toBe(2)
  })

  it('is not presented again when somebody else may have it by now', async () => {
    const { refresh, calls } = provider(LOST, DEAD)
    expect((await failureOf(present(refresh, async () => false))).code).toBe('provider_timeout')
    expect(calls()).toBe(1)
  })

  it('that is dead after a lost answer is dead', async () => {
    expect(await present(provider(LOST, DEAD).refresh, yes)).toBe(DEAD)
  })
})
