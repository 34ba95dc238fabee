import { describe, expect, it } from 'vitest'
import { createHandle, handleOfSealed, parseHandle } from './handle.ts'

describe('a handle', () => {
  it('is never the same twice, in any half', () => {
    const handles = Array.from({ length: 10_000 }, createHandle)
    expect(new Set(handles.map(({ key }) => key)).size).toBe(10_000)
    expect(new Set(handles.map(({ text }) => text.slice(-43))).size).toBe(10_000)
  })

  it('shows in its key neither half of what the browser holds', () => {
    const { key, text } = createHandle()
    expect(text).toHaveLength(1 + 22 + 43)
    expect(key).not.toContain(text.slice(1, 12))
    expect(text).not.toContain(key.slice(0, 12))
  })

  it('comes out of its text as it went in', () => {
    for (const handle of [createHandle(), handleOfSealed('a session')]) {
      const { key, secret, adopted } = parseHandle(handle.text)
      expect([key, adopted, secret.equals(handle.secret)]).toEqual([handle.key, handle.adopted, true])
    }
  })

  it('of a sealed session is the same in every process, and of no other session', () => {
    const [one, same, other] = ['a', 'a', 'b'].map(handleOfSealed)
    expect(one?.text).toBe(same?.text)
    expect(one?.key).not.toBe(other?.key)
    expect(one?.text.slice(-43)).not.toBe(other?.text.slice(-43))
    expect(one?.text.slice(1, 23)).not.toBe(one?.text.slice(23, 45))
  })
})
