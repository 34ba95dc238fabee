import { array, constantFrom, integer, oneof, property, string, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
import { COOKIE_OCTETS, type Cookie, cookieNames, expired, onlyCookie, readCookies, serializeCookie } from './cookie.ts'

const NAME = '__Host-postern.session'
const PREFIX = '__Host-postern.tx.'

describe('reading a cookie from a header that a stranger wrote', () => {
  const fragment = oneof(
    constantFrom(NAME, `${NAME}=`, `${NAME}=a`, PREFIX, `${PREFIX}x=`, '=', ';', '; ', ' ', '\t', '"', ',', 'a=b', '%'),
    string({ unit: 'binary', maxLength: 6 }),
  )
  const header = array(fragment, { maxLength: 40 }).map((parts) => parts.join(''))

  it('never throws, and sees what a slow and simple parser sees', () => {
    always(
      property(header, integer({ min: 1, max: 5 }), (text, limit) => {
        expect(readCookies(text, NAME, limit)).toEqual(slowValues(text, NAME).slice(0, limit))
      }),
      { numRuns: 3_000 },
    )
  })

  it('finds at once what stands there alone, and no other value than the slow way does', () => {
    always(
      property(header, (text) => {
        const only = onlyCookie(text, NAME)
        if (only !== undefined) expect([only]).toEqual(slowValues(text, NAME))
        if (only !== undefined) expect(cookieNames(text, `${NAME}.`, 3)).toEqual([])
      }),
      { numRuns: 3_000 },
    )
    expect(onlyCookie(`theme=dark; ${NAME}=value; a=b`, NAME)).toBe('value')
    for (const other of [
      '',
      NAME,
      `x${NAME}=a`,
      `${NAME}=a; ${NAME}=b`,
      `${NAME}=a; ${NAME}.1=b`,
      `b=${NAME}; ${NAME}=a`,
    ]) {
      expect(onlyCookie(other, NAME)).toBeUndefined()
    }
  })

  it('finds the names that a slow and simple parser finds', () => {
    always(
      property(header, integer({ min: 1, max: 5 }), (text, limit) => {
        expect(cookieNames(text, PREFIX, limit)).toEqual(slowNames(text, PREFIX).slice(0, limit))
      }),
      { numRuns: 3_000 },
    )
  })

  it('finds a value among others, wherever it stands and however the header is spaced', () => {
    const other = tuple(string({ unit: constantFrom(...'abcXYZ_-.'), minLength: 1 }), constantFrom('=1', '=', ''))
    const others = array(other.map((pair) => pair.join('')))
    always(
      property(others, others, constantFrom(';', '; ', ' ;\t', ';;'), (before, after, between) => {
        const text = [...before, `${NAME}=value`, ...after].join(between)
        expect(readCookies(text, NAME)).toEqual(['value'])
      }),
    )
  })

  it.each([
    ['another cookie that ends in the name', `x${NAME}=evil`],
    ['another cookie that begins with the name', `${NAME}x=evil`],
    ['a part of the cookie', `${NAME}.1=evil`],
    ['the name in another case', `__host-Postern.Session=evil`],
    ['the name without its prefix', 'postern.session=evil'],
    ['the value of another cookie', `a=${NAME}=evil`],
    ['a quoted value of another cookie', `a="; b ${NAME}=evil"`],
    ['a name without a value', NAME],
    ['a name before other pairs', `${NAME}; a=b`],
    ['a space before the equals sign', `${NAME} =evil`],
  ])('does not take %s for ours', (_, text) => {
    expect(readCookies(text, NAME)).toEqual([])
  })

  it('leaves percent signs and malformed escapes alone', () => {
    expect(readCookies(`${NAME}=%E0%A4%A; b=%`, NAME)).toEqual(['%E0%A4%A'])
  })

  it('passes over a value that no browser would have kept', () => {
    const longest = 'v'.repeat(COOKIE_OCTETS)
    expect(readCookies(`${NAME}=${longest}v; ${NAME}=ours`, NAME)).toEqual(['ours'])
    expect(readCookies(`${NAME}=${longest}`, NAME)).toEqual([longest])
  })

  it('shows every cookie of one name, in order, so that the caller can tell that one was planted', () => {
    expect(readCookies(`${NAME}=evil; ${NAME}=good`, NAME)).toEqual(['evil', 'good'])
    expect(readCookies(`${NAME}=good; ${NAME}=evil`, NAME)).toEqual(['good', 'evil'])
    expect(readCookies(`${NAME}=1;`.repeat(5_000), NAME)).toHaveLength(3)
  })

  // Each of these takes minutes when any step looks at the rest of the header again for every pair.
  it.each([
    ['names', NAME.repeat(60_000)],
    ['pairs of our name', `${NAME}=;`.repeat(60_000)],
    ['pairs whose value is our name', `a=${NAME};`.repeat(60_000)],
    ['names of transactions', `${PREFIX}x;`.repeat(60_000)],
    ['names of transactions, and one value at the end', `${`${PREFIX}x;`.repeat(60_000)}=`],
    ['blanks', `${' '.repeat(1_000_000)}${NAME}`],
    ['blanks before names', `${' '.repeat(500)}x${NAME}=`.repeat(2_000)],
    ['semicolons', ';'.repeat(1_000_000)],
    ['equals signs', `${PREFIX}${'='.repeat(1_000_000)}`],
  ])('reads a million characters of %s in one pass', (_, text) => {
    expect(readCookies(text, NAME).length).toBeLessThanOrEqual(3)
    expect(cookieNames(text, PREFIX, 16).length).toBeLessThanOrEqual(16)
    expect(cookieNames(text, 'never', Number.POSITIVE_INFINITY)).toEqual([])
    expect(readCookies(text, 'never', Number.POSITIVE_INFINITY)).toEqual([])
  })
})

describe('names in a cookie header', () => {
  it('are never anything that would break the line that deletes them', () => {
    always(
      property(array(string({ unit: 'binary', maxLength: 8 })), (wild) => {
        const text = wild.map((part) => `${PREFIX}${part}=`).join('; ')
        for (const name of cookieNames(text, PREFIX, 16)) {
          const line = serializeCookie(expired(name, ATTRIBUTES))
          expect(line).toMatch(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
        }
      }),
    )
  })

  it('do not swallow the next cookie when one has no value', () => {
    expect(cookieNames(`${PREFIX}a; theme=dark; ${PREFIX}b=1`, PREFIX, 16)).toEqual([`${PREFIX}b`])
  })

  it('are short, so that what a header says is not said back at length', () => {
    expect(cookieNames(`${PREFIX}${'a'.repeat(4_000)}=1`, PREFIX, 16)).toEqual([])
  })

  it('are each listed once', () => {
    expect(cookieNames(`${PREFIX}a=1; ${PREFIX}a=2; ${PREFIX}b=3`, PREFIX, 16)).toEqual([`${PREFIX}a`, `${PREFIX}b`])
  })
})

describe('a Set-Cookie line', () => {
  it('has every attribute, spelled as browsers expect', () => {
    const cookie: Cookie = { name: NAME, value: 'v', attributes: { ...ATTRIBUTES, maxAge: 60 } }
    expect(serializeCookie(cookie)).toBe(`${NAME}=v; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax`)
  })

  it('has no Secure on loopback http, and None where a form post must bring the cookie back', () => {
    const attributes = { ...ATTRIBUTES, secure: false, sameSite: 'none', maxAge: 1 } as const
    expect(serializeCookie({ name: 'n', value: '', attributes })).toBe('n=; Max-Age=1; Path=/; HttpOnly; SameSite=None')
  })

  it('deletes with the attributes the cookie was set with, and never has a Domain', () => {
    const set = serializeCookie({ name: NAME, value: 'v', attributes: { ...ATTRIBUTES, maxAge: 60 } })
    const cleared = serializeCookie(expired(NAME, { ...ATTRIBUTES, maxAge: 60 }))
    expect(cleared).toBe(set.replace('=v;', '=;').replace('Max-Age=60', 'Max-Age=0'))
    expect(set).not.toMatch(/domain/i)
  })
})

const ATTRIBUTES = { path: '/', httpOnly: true, secure: true, sameSite: 'lax', maxAge: 0 } as const

/** What a `Cookie` header says, read the obvious way. */
function slowPairs(header: string): readonly (readonly [name: string, value: string])[] {
  return header.split(';').flatMap((part) => {
    const pair = part.replace(/^[ \t]+/, '')
    const equals = pair.indexOf('=')
    return equals === -1 ? [] : [[pair.slice(0, equals), pair.slice(equals + 1).trimEnd()] as const]
  })
}

function slowValues(header: string, name: string): readonly string[] {
  return slowPairs(header).flatMap(([found, value]) => (found === name ? [value] : []))
}

function slowNames(header: string, prefix: string): readonly string[] {
  const names = slowPairs(header).map(([name]) => name)
  return [...new Set(names.filter((name) => name.startsWith(prefix) && /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)))]
}
