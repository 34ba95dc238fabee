import { array, constantFrom, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
import { createMemo, type Memo, placeOf } from './memo.ts'

const TAG = 'T'.repeat(22)

describe('what the memo remembers', () => {
  it('is never given for another text, not even for one with the same authentication tag', () => {
    const memo = createMemo<string, string>()
    remember(memo, `v1.key.one${TAG}`, 'one')
    for (const other of [`v1.key.two${TAG}`, TAG, `x${TAG}`, `v1.key.one${TAG}x`, `xv1.key.one${TAG}`, '']) {
      expect(recall(memo, other)).toBeUndefined()
    }
    expect(recall(memo, `v1.key.one${TAG}`)).toBe('one')
  })

  it('is not given for another text after it has grown old', () => {
    const memo = createMemo<string, string>(1)
    remember(memo, `one${TAG}`, 'one')
    remember(memo, 'something else entirely', 'else')
    expect(recall(memo, `two${TAG}`)).toBeUndefined()
    expect(recall(memo, `one${TAG}`)).toBe('one')
  })

  it('is what was remembered last for exactly this text, whatever happened before', () => {
    const text = tuple(constantFrom('a', 'b', 'c'), constantFrom('1', '2', '3', '4')).map(
      ([head, tail]) => head + tail.repeat(22),
    )
    const step = tuple(constantFrom('remember', 'recall'), text)
    always(
      property(array(step, { maxLength: 60 }), constantFrom(1, 2, 3), (steps, size) => {
        const memo = createMemo<string, number>(size)
        const last = new Map<string, number>()
        for (const [index, [verb, sealed]] of steps.entries()) {
          if (verb === 'remember') {
            remember(memo, sealed, index)
            last.set(sealed, index)
          } else {
            const recalled = recall(memo, sealed)
            if (recalled !== undefined) expect(recalled).toBe(last.get(sealed))
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('what the memo remembers of a record', () => {
  it('is given for the version it was read in and for no other, older or newer', () => {
    const memo = createMemo<number, string>()
    memo.remember('key', 2, 'second')
    for (const version of [1, 3, Number.NaN]) expect(memo.recall('key', version)).toBeUndefined()
    expect(memo.recall('other', 2)).toBeUndefined()
    expect(memo.recall('key', 2)).toBe('second')
  })
})

describe('how much the memo remembers', () => {
  it('is at most two generations', () => {
    const memo = createMemo<string, number>(100)
    for (let index = 0; index < 10_000; index += 1) remember(memo, textOf(index), index)
    const remembered = Array.from({ length: 10_000 }, (_, index) => recall(memo, textOf(index)))
    expect(remembered.filter((value) => value !== undefined).length).toBeLessThanOrEqual(200)
    expect(recall(memo, textOf(9_999))).toBe(9_999)
  })

  it('is what is in use: a text that keeps coming back stays', () => {
    const memo = createMemo<string, string>(10)
    remember(memo, `mine${TAG}`, 'mine')
    for (let index = 0; index < 1_000; index += 1) {
      remember(memo, textOf(index), 'other')
      expect(recall(memo, `mine${TAG}`)).toBe('mine')
    }
  })
})

function textOf(index: number): string {
  return String(index).padStart(30, '0')
}

function recall<Value>(memo: Memo<string, Value>, sealed: string): Value | undefined {
  return memo.recall(placeOf(sealed), sealed)
}

function remember<Value>(memo: Memo<string, Value>, sealed: string, value: Value): void {
  memo.remember(placeOf(sealed), sealed, value)
}
