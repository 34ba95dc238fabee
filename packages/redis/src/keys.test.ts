import { describe, expect, it } from 'vitest'
import { createKeys } from './keys.ts'

const HOSTILE = ['', '%', '%7b', '{', '}', '{}', '}{', 'a', 'a}', '}a', 'a}:r', 'a}:l:n', 'a:b', 'a\nb', '{a}:i']
const keys = createKeys('p')

describe('names of keys', () => {
  it('put a record, its leases and its fences on one slot', () => {
    for (const key of HOSTILE) {
      const tags = [keys.record(key), keys.lease(key, '{x}'), keys.fence(key, '}')].map(hashTag)
      expect(new Set(tags).size).toBe(1)
    }
  })

  it('are different for whatever is different', () => {
    const all = HOSTILE.flatMap((key) => [
      keys.record(key),
      keys.index(key),
      ...HOSTILE.flatMap((name) => [keys.lease(key, name), keys.fence(key, name)]),
    ])
    expect(new Set(all).size).toBe(all.length)
  })

  it('leave alone what the gateway uses', () => {
    expect(keys.record('3q2-7w_A')).toBe('p:{3q2-7w_A}:r')
    expect(keys.index('sub:3q2-7w_A')).toBe('p:{sub:3q2-7w_A}:i')
  })
})

/** What a cluster hashes: between the first `{` and the first `}` after it, when there is something between. */
function hashTag(key: string): string {
  const open = key.indexOf('{')
  const close = key.indexOf('}', open + 1)
  return open === -1 || close <= open + 1 ? key : key.slice(open + 1, close)
}
