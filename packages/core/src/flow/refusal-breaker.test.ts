import { describe, expect, it } from 'vitest'
import { stoppedClock } from '../../test/cookies.ts'
import { START } from '../../test/session.ts'
import { GatewayError } from '../error.ts'
import { createRefusalBreaker } from './refusal-breaker.ts'

const REFUSED = new GatewayError('client_refused')

function refusing(...sessions: readonly string[]) {
  const now = stoppedClock(START)
  const breaker = createRefusalBreaker(now)
  for (const session of sessions) breaker.refused('a', session, REFUSED)
  const isOpen = (provider = 'a'): boolean => {
    try {
      breaker.check(provider)
      return false
    } catch (error) {
      expect(error).toBe(REFUSED)
      return true
    }
  }
  return { now, breaker, isOpen }
}

describe('the breaker of a provider', () => {
  it('is not opened by one session, however often it is refused', () => {
    expect(refusing('1', '1', '1', '1', '1', '2').isOpen()).toBe(false)
  })

  it('opens when the application is refused for several, with what the provider said', () => {
    const { isOpen } = refusing('1', '2', '3')
    expect(isOpen()).toBe(true)
    expect(isOpen('b')).toBe(false)
  })

  it('lets one probe through every five seconds', () => {
    const { now, isOpen } = refusing('1', '2', '3')
    now.advance(4_999)
    expect(isOpen()).toBe(true)
    now.advance(1)
    expect([isOpen(), isOpen(), isOpen()]).toEqual([false, true, true])
    now.advance(5_000)
    expect(isOpen()).toBe(false)
  })

  it('closes when the application is accepted', () => {
    const { breaker, isOpen } = refusing('1', '2', '3')
    breaker.accepted('a')
    expect(isOpen()).toBe(false)
    breaker.refused('a', '1', REFUSED)
    expect(isOpen()).toBe(false)
  })

  it('does not stay open when the clock is set back', () => {
    const { now, isOpen } = refusing('1', '2', '3')
    now.advance(-3_600_000)
    expect(isOpen()).toBe(false)
  })

  it('remembers three sessions, not all of them', () => {
    const { breaker, isOpen } = refusing(...Array.from({ length: 1_000 }, (_, index) => String(index)))
    expect(isOpen()).toBe(true)
    breaker.accepted('a')
    expect(isOpen()).toBe(false)
  })
})
