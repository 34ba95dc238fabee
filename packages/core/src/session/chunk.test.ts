import { integer, property, shuffledSubarray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
import { headerAfter } from '../../test/cookies.ts'
import { COOKIE_OCTETS } from '../http/cookie.ts'
import { fromCookies, leftovers, MAX_CHUNKS, toCookies } from './chunk.ts'

const NAME = '__Host-postern.session'
const ATTRIBUTES = { path: '/', httpOnly: true, secure: true, sameSite: 'lax', maxAge: 60 } as const

/** A text whose every part is different, in so many cookies. */
function sealedFor(count: number, mark = 'A'): string {
  const length = [4_000, 8_000, 12_000][count - 1] ?? 0
  return Array.from({ length: length / 8 }, (_, index) => mark + String(index).padStart(7, '0')).join('')
}

function pairsOf(sealed: string): readonly string[] {
  return (toCookies(NAME, sealed, ATTRIBUTES) ?? []).map(({ name, value }) => `${name}=${value}`)
}

describe('parts of a session that were tampered with', () => {
  const [first = '', second = '', third = ''] = pairsOf(sealedFor(3))

  it.each([
    ['without its first part', [second, third]],
    ['without its second part', [first, third]],
    ['without its third part', [first, second]],
    ['with its first part alone', [first]],
    ['with a part repeated', [first, second, second, third]],
    ['with a part planted beside ours', [first, second, `${NAME}.1=evil`, third]],
    ['with its second part empty and planted', [first, `${NAME}.1=`, second, third]],
    ['with a part too many, even an empty one', [first.replace('=3.', '=2.'), second, third]],
    ['cut elsewhere than we cut', [first.slice(0, -8), second.replace('.1=', `.1=${first.slice(-8)}`), third]],
  ])('are no session %s', (_, pairs) => {
    expect(fromCookies(pairs.join('; '), NAME)).toEqual([])
  })

  it('are never the text when swapped, nor when mixed with those of another session', () => {
    const [, otherSecond = '', otherThird = ''] = pairsOf(sealedFor(3, 'B'))
    const swapped = [first, third.replace('.2=', '.1='), second.replace('.1=', '.2=')]
    for (const pairs of [swapped, [first, otherSecond, third], [first, second, otherThird]]) {
      expect(fromCookies(pairs.join('; '), NAME)).not.toContain(sealedFor(3))
    }
  })

  it.each(['.7', '.3', '.-1', '.01', '.1a', '.', '.0', '.1.', '.99999999999999999999', '._proto__'])(
    'are no session with a part called %s beside them',
    (suffix) => {
      for (const header of [
        [`${NAME}${suffix}=x`, first, second, third].join('; '),
        [...pairsOf(sealedFor(1)), `${NAME}${suffix}=`].join('; '),
      ]) {
        expect(fromCookies(header, NAME)).toEqual([])
      }
    },
  )

  it('are the same session beside names that only begin like theirs', () => {
    const header = [`${NAME}_1=x`, `x${NAME}.1=y`, first, second, third, `${NAME}s=z`].join('; ')
    expect(fromCookies(header, NAME)).toEqual([sealedFor(3)])
  })

  it('are no session among ten thousand names that look like parts, and some of those are deleted', () => {
    const junk = Array.from({ length: 10_000 }, (_, index) => `${NAME}.${index + 3}=x`).join('; ')
    const header = `${junk}; ${first}; ${second}; ${third}; ${junk}`
    expect(fromCookies(header, NAME)).toEqual([])
    expect(leftovers(header, NAME, ATTRIBUTES, []).length).toBeGreaterThan(MAX_CHUNKS)
    expect(leftovers(header, NAME, ATTRIBUTES, []).length).toBeLessThan(20)
  })

  it.each(['0.', '4.', '9.', '1000000.', '-1.', '1', '', '.', '1,', '3', 'x.', '１.'])(
    'are none with a count of %j',
    (count) => {
      const header = [`${NAME}=${count}abc`, second, third].join('; ')
      expect(fromCookies(header, NAME)).toEqual([])
    },
  )

  it('show at most three texts, however many were planted', () => {
    expect(fromCookies(Array.from({ length: 50 }, (_, index) => `${NAME}=1.${index}`).join('; '), NAME)).toHaveLength(3)
  })
})

describe('a sealed text', () => {
  it('comes back whole, from cookies in any order', () => {
    always(
      property(integer({ min: 0, max: 12_200 }), (length) => {
        const sealed = 'x'.repeat(length)
        const cookies = toCookies(NAME, sealed, ATTRIBUTES) ?? []
        for (const { name, value } of cookies) expect(name.length + value.length).toBeLessThanOrEqual(COOKIE_OCTETS)
        expect(fromCookies(headerAfter(cookies), NAME)).toEqual([sealed])
      }),
    )
    always(
      property(shuffledSubarray([...pairsOf(sealedFor(3)), 'a=b', `x${NAME}=1.evil`], { minLength: 5 }), (pairs) => {
        expect(fromCookies(pairs.join('; '), NAME)).toEqual([sealedFor(3)])
      }),
    )
  })

  it('takes one, two or three cookies, each full before the next begins', () => {
    const first = COOKIE_OCTETS - NAME.length - 2
    const next = COOKIE_OCTETS - NAME.length - 2
    const counts = [first, first + 1, first + next, first + next + 1, first + 2 * next].map(
      (length) => toCookies(NAME, 'x'.repeat(length), ATTRIBUTES)?.length,
    )
    expect(counts).toEqual([1, 2, 2, 3, 3])
  })

  it('is refused rather than cut when it needs more', () => {
    const most = 3 * (COOKIE_OCTETS - NAME.length - 2)
    expect(toCookies(NAME, 'x'.repeat(most + 1), ATTRIBUTES)).toBeUndefined()
    expect(toCookies(NAME, 'x'.repeat(100_000), ATTRIBUTES)).toBeUndefined()
  })
})

describe('parts that are no longer needed', () => {
  it('are deleted when a session shrinks, and those that stay are not', () => {
    const before = headerAfter(toCookies(NAME, sealedFor(3), ATTRIBUTES) ?? [])
    const kept = toCookies(NAME, sealedFor(2), ATTRIBUTES) ?? []
    const deleted = leftovers(before, NAME, ATTRIBUTES, kept)
    expect(deleted.map(({ name }) => name)).toEqual([`${NAME}.2`])
    expect(headerAfter([...kept, ...deleted], before)).toBe(headerAfter(kept))
  })

  it('are all deleted at sign-out, with the attributes they were set with', () => {
    const cookies = toCookies(NAME, sealedFor(3), ATTRIBUTES) ?? []
    const deleted = leftovers(headerAfter(cookies), NAME, ATTRIBUTES, [])
    expect(deleted).toHaveLength(MAX_CHUNKS)
    for (const [index, { name, value, attributes }] of deleted.entries()) {
      expect(name).toBe(cookies[index]?.name)
      expect(value).toBe('')
      expect({ ...attributes, maxAge: 60 }).toEqual(cookies[index]?.attributes)
    }
  })

  it('are all deleted also when others with names like ours stand before them', () => {
    const junk = Array.from({ length: 500 }, (_, index) => `${NAME}x${index}=1`).join('; ')
    const header = `${junk}; ${pairsOf(sealedFor(3)).join('; ')}`
    expect(leftovers(header, NAME, ATTRIBUTES, [])).toHaveLength(MAX_CHUNKS)
  })

  it('are deleted also when they are too long to have come from a browser', () => {
    const header = `a=b; ${NAME}=${'x'.repeat(14_000)}; ${NAME}.1=y`
    expect(leftovers(header, NAME, ATTRIBUTES, []).map(({ name }) => name)).toEqual([NAME, `${NAME}.1`])
  })

  it('are none where the browser has none', () => {
    expect(leftovers(`x${NAME}=1; ${NAME}x=1; a=${NAME}=1`, NAME, ATTRIBUTES, [])).toEqual([])
    expect(leftovers(undefined, NAME, ATTRIBUTES, [])).toEqual([])
    expect(leftovers('a=b', NAME, ATTRIBUTES, [])).toEqual([])
  })
})
