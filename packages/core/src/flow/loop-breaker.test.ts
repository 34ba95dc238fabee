import { describe, expect, it } from 'vitest'
import { stoppedClock } from '../../test/cookies.ts'
import { START } from '../../test/session.ts'
import { createLoopBreaker } from './loop-breaker.ts'

describe('a sign-in that succeeds and never comes back', () => {
  it('is stopped after three times in a minute', () => {
    const now = stoppedClock(START)
    const breaker = createLoopBreaker(now)
    for (let round = 0; round < 3; round += 1) {
      expect(breaker.isTripped('mark')).toBe(false)
      breaker.succeeded('mark')
      now.advance(1_000)
    }
    expect(breaker.isTripped('mark')).toBe(true)
    expect(breaker.isTripped('another browser')).toBe(false)
  })

  it('may be tried again after five seconds, once, and is then stopped again', () => {
    const now = stoppedClock(START)
    const breaker = createLoopBreaker(now)
    for (let round = 0; round < 3; round += 1) breaker.succeeded('mark')
    now.advance(4_999)
    expect(breaker.isTripped('mark')).toBe(true)
    now.advance(1)
    expect(breaker.isTripped('mark')).toBe(false)
    breaker.succeeded('mark')
    expect(breaker.isTripped('mark')).toBe(true)
  })

  it('is forgotten after a minute', () => {
    const now = stoppedClock(START)
    const breaker = createLoopBreaker(now)
    for (let round = 0; round < 2; round += 1) breaker.succeeded('mark')
    now.advance(60_000)
    breaker.succeeded('mark')
    expect(breaker.isTripped('mark')).toBe(false)
  })

  it('is counted anew once the session has come back', () => {
    const breaker = createLoopBreaker(() => START)
    for (let round = 0; round < 3; round += 1) breaker.succeeded('mark')
    breaker.reset('mark')
    expect(breaker.isTripped('mark')).toBe(false)
  })
})

describe('starts of sign-ins', () => {
  it('count for nothing: asking is free', () => {
    const breaker = createLoopBreaker(() => START)
    for (let round = 0; round < 1_000; round += 1) expect(breaker.isTripped('mark')).toBe(false)
  })
})

describe('marks of many browsers', () => {
  it('are ten thousand at most: the one that succeeded longest ago makes room', () => {
    const breaker = createLoopBreaker(() => START)
    for (let round = 0; round < 3; round += 1) breaker.succeeded('first')
    for (let round = 0; round < 3; round += 1) breaker.succeeded('kept')
    for (let index = 0; index < 9_999; index += 1) breaker.succeeded(`mark ${index}`)
    expect(breaker.isTripped('first')).toBe(false)
    expect(breaker.isTripped('kept')).toBe(true)
  })
})
