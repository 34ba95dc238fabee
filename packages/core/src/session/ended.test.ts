import { describe, expect, it } from 'vitest'
import { stoppedClock } from '../../test/cookies.ts'
import { START } from '../../test/session.ts'
import { createEndedSessions } from './ended.ts'

describe('sessions that were ended', () => {
  it('stay ended as long as their cookie could come back', () => {
    const now = stoppedClock(START)
    const ended = createEndedSessions(now)
    ended.add('one', START + 1_000)
    now.advance(999)
    ended.add('two', START + 2_000)
    expect(ended.has('one')).toBe(true)
    expect(ended.has('two')).toBe(true)
    expect(ended.has('three')).toBe(false)
  })

  it('are forgotten when the cookie has expired anyway', () => {
    const now = stoppedClock(START)
    const ended = createEndedSessions(now)
    ended.add('one', START + 1_000)
    now.advance(1_000)
    ended.add('two', START + 2_000)
    expect(ended.has('one')).toBe(false)
  })

  it('are a hundred thousand at most: the oldest make room', () => {
    const ended = createEndedSessions(() => START)
    for (let index = 0; index < 100_100; index += 1) ended.add(`session ${index}`, START + 1_000)
    expect(ended.has('session 99')).toBe(false)
    expect(ended.has('session 100')).toBe(true)
    expect(ended.has('session 100099')).toBe(true)
  })
})
