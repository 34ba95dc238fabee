import { array, constantFrom, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
import { createMemo } from './memo.ts'

const TAG = 'T'.repeat(22)

describe('what the memo remembers', () => {
  it('is never given for another text, not even for one with the same authentication tag', () => {
    const memo = createMemo<string>()
    memo.remember(`v1.key.one${TAG}`, 'one')
    for (const other of [`v1.key.two${TAG}`, TAG, `x${TAG}`, `v1.key.one${TAG}x`, `xv1.key.one${TAG}`, '']) {
      expect(memo.recall(other)).toBeUndefined()
    }
    expect(memo.recall(`v1.key.one${TAG}`)).toBe('one')
  })

  it('is not given for another text after it has grown old', () => {
    const memo = createMemo<string>(1)
    memo.remember(`one${TAG}`, 'one')
    memo.remember('something else entirely', 'else')
    expect(memo.recall(`two${TAG}`)).toBeUndefined()
    expect(memo.recall(`one${TAG}`)).toBe('one')
  })

  it('is what was remembered last for exactly this text, whatever happened before', () => {
    const text = tuple(constantFrom('a', 'b', 'c'), constantFrom('1', '2', '3', '4')).map(
      ([head, tail]) => head + tail.repeat(22),
    )
    const step = tuple(constantFrom('remember', 'recall'), text)
    always(
      property(array(step, { maxLength: 60 }), constantFrom(1, 2, 3), (steps, size) => {
        const memo = createMemo<number>(size)
        const last = new Map<string, number>()
        for (const [index, [verb, sealed]] of steps.entries()) {
          if (verb === 'remember') {
            memo.remember(sealed, index)
            last.set(sealed, index)
          } else {
            const recalled = memo.recall(sealed)
            if (recalled !== undefined) expect(recalled).toBe(last.get(sealed))
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('how much the memo remembers', () => {
  it('is at most two generations', () => {
    const memo = createMemo<number>(100)
    for (let index = 0; index < 10_000; index += 1) memo.remember(textOf(index), index)
    const remembered = Array.from({ length: 10_000 }, (_, index) => memo.recall(textOf(index)))
    expect(remembered.filter((value) => value !== undefined).length).toBeLessThanOrEqual(200)
    expect(memo.recall(textOf(9_999))).toBe(9_999)
  })

  it('is what is in use: a text that keeps coming back stays', () => {
    const memo = createMemo<string>(10)
    memo.remember(`mine${TAG}`, 'mine')
    for (let index = 0; index < 1_000; index += 1) {
      memo.remember(textOf(index), 'other')
      expect(memo.recall(`mine${TAG}`)).toBe('mine')
    }
  })
})

function textOf(index: number): string {
  return String(index).padStart(30, '0')
}
