import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDeadline } from './deadline.ts'

const expired: string[] = []

beforeEach(() => {
  expired.length = 0
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})

afterEach(() => {
  vi.useRealTimers()
})

const deadline = () => createDeadline((meaning) => expired.push(meaning))

describe('the deadline of an exchange', () => {
  it('expires once, with the meaning of what did not come', () => {
    const one = deadline()
    one.wait(1000, 'request_timeout')
    vi.advanceTimersByTime(999)
    expect(expired).toEqual([])
    vi.advanceTimersByTime(5000)
    expect(expired).toEqual(['request_timeout'])
  })

  it('starts over when something comes, and for what is waited for next, be it shorter or longer', () => {
    const one = deadline()
    one.wait(1000, 'request_timeout')
    vi.advanceTimersByTime(900)
    one.extend()
    vi.advanceTimersByTime(900)
    one.wait(300, 'upstream_timeout')
    vi.advanceTimersByTime(299)
    expect(expired).toEqual([])
    one.wait(2000, 'upstream_timeout')
    vi.advanceTimersByTime(1999)
    expect(expired).toEqual([])
    vi.advanceTimersByTime(1)
    expect(expired).toEqual(['upstream_timeout'])
  })

  it('waits for nothing while it is paused, and for nothing ever once it has ended', () => {
    const one = deadline()
    one.wait(1000, 'request_timeout')
    one.pause()
    vi.advanceTimersByTime(5000)
    one.wait(1000, 'request_timeout')
    one.end()
    one.wait(1000, 'request_timeout')
    vi.advanceTimersByTime(5000)
    expect(expired).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
