import { array, constantFrom, oneof, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
import { returnUrl, safePath } from './return-to.ts'

const ORIGIN = 'https://app.example'
const RULE = { origin: ORIGIN, basePath: '/auth', fallback: '/home' }
const FALLBACK = `${ORIGIN}/home`

/** Targets that must not be gone to, by row of the table in the requirements: attacks that were once successful. */
const REFUSED: readonly (readonly [row: string, ...targets: string[]])[] = [
  ['1', '//evil.example'],
  ['2', '///evil.example'],
  ['3', '////evil.example'],
  ['4', '/\\evil.example'],
  ['5', '\\\\evil.example'],
  ['6', '\\/evil.example'],
  ['7', '/\\/evil.example'],
  ['8', '/\t/evil.example'],
  ['9', '/\n/evil.example'],
  ['10', '/\r\n/evil.example'],
  ['11', '\t//evil.example'],
  ['12', ' //evil.example'],
  ['13', '\u0000//evil.example'],
  ['14', '\u0001//evil.example'],
  ['15', 'https:///evil.example'],
  ['16', 'https:\\\\evil.example'],
  ['17', 'https:evil.example'],
  ['18', 'https:/evil.example'],
  ['19', 'http://evil.example', 'HTTPS://EVIL.EXAMPLE'],
  ['20', 'ht\ttps://evil.example', 'h\nttps://evil.example'],
  ['21', 'javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\tscript:alert(1)'],
  ['22', 'data:text/html,<script>alert(1)</script>'],
  ['23', 'vbscript:x', 'file:///etc/passwd'],
  ['24', 'blob:https://app.example/x'],
  ['25', 'https://app.example@evil.example'],
  ['26', 'https://app.example:x@evil.example/'],
  ['27', '//app.example@evil.example'],
  ['28', 'https://evil.example#app.example', 'https://evil.example?app.example'],
  ['29', 'https://evil.example\\@app.example'],
  ['30', 'https://evil.example\\.app.example'],
  ['31', 'https://app.example.evil.example'],
  ['32', 'https://evilapp.example'],
  ['33', 'https://app.example%2eevil.example'],
  ['34', 'https://app\u3002evil.example'],
  ['35', '//evil\u3002example', '//evil%E3%80%82example'],
  ['36', '//\u24d4\u24e5\u24d8\u24db.example'],
  ['37', 'https://app.example:8443/', 'http://app.example/', 'https://app.example./ok'],
  ['38', 'https://app.example%00.evil.example', 'https://', '//'],
  ['39', '//0x7f000001', '//2130706433', '//[::ffff:1.2.3.4]'],
  ['40', '//%65vil.example', '//evil.example:443'],
  ['41', '/..//evil.example'],
  ['42', '/.//evil.example', '/.//app.example/x'],
  ['43', '/a/..//evil.example'],
  ['44', '/%2e//evil.example'],
  ['45', '/./\\evil.example'],
  ['46', '/%2f%2fevil.example', '/%2Fevil.example', '/%5cevil.example', '/%09/evil.example'],
  ['46, deeper', '/.%2f/evil.example', '/a/%2e%2e%2f%2fevil.example', '/%2e/%5cevil.example', '/%0a%2fevil.example'],
  ['48', '/ok\r\nSet-Cookie: x=1', '/ok\u010d\u010aSet-Cookie:x=1'],
  [
    '49',
    '/\u2028/evil',
    '/\u00a0/evil',
    '\ufeff//evil.example',
    '\uff0f\uff0fevil.example',
    '/\uff0fevil.example',
    '\u2044\u2044evil.example',
  ],
  ['50', '.evil.example', '@evil.example', ':@evil.example', '?//evil.example', '#//evil.example'],
  [
    '52',
    '/auth',
    '/auth/',
    '/auth?x',
    '/auth/login?return_to=/auth/login',
    '/auth/logout',
    '/auth/callback/a?code=x',
    '/AUTH/logout',
    '/%61uth/logout',
    '/auth%2flogout',
    '/auth//logout',
    '/x/../auth/logout',
    '/x/%2e%2e/auth/logout',
    '/x/%2e%2e%2fauth/logout',
  ],
  ['53', '', `/${'a'.repeat(10_000)}`, '1', '[object Object]', 'null', '{}'],
]

/** Targets that are harmless as they stand, and what a browser is sent to. */
const ACCEPTED: readonly (readonly [row: string, target: string, url: string])[] = [
  ['47', '/ok%0d%0aSet-Cookie:x=1', '/ok%0d%0aSet-Cookie:x=1'],
  ['51', '/x"><script>alert(1)</script>', '/x%22%3E%3Cscript%3Ealert(1)%3C/script%3E'],
  ['54', '/ok', '/ok'],
  ['54', '/', '/'],
  ['54', '/ok?a=1&b=%2F#frag', '/ok?a=1&b=%2F#frag'],
  ['54', '/dashboard?x=https://evil.example', '/dashboard?x=https://evil.example'],
  ['54', '/;//evil.example', '/;//evil.example'],
  ['54', '/caf%C3%A9', '/caf%C3%A9'],
  ['54', '/files/a%2Fb', '/files/a%2Fb'],
  ['54', '/search?q=%252F%25252F%2525252525', '/search?q=%252F%25252F%2525252525'],
  ['54', '/authors', '/authors'],
  ['54', '/authentic/logout', '/authentic/logout'],
]

describe('a return target that leads elsewhere', () => {
  const targets = REFUSED.flatMap(([row, ...all]) => all.map((target) => [row, target] as const))

  it.each(targets)('row %s: %j is not gone to', (_, target) => {
    expect(returnUrl(target, RULE)).toBe(FALLBACK)
  })

  it.each(targets)('row %s: %j is not gone to when something has encoded it once or twice', (_, target) => {
    for (const encode of [encodeURIComponent, encodeURI]) {
      const once = encode(target)
      for (const encoded of [once, encode(once), `/${once}`, `/${encode(once)}`]) expectToStay(encoded)
    }
  })

  it('is not gone to when it is missing', () => {
    expect(returnUrl(undefined, RULE)).toBe(FALLBACK)
  })
})

describe('a return target of this application', () => {
  it.each(ACCEPTED)('row %s: %s is gone to', (_, target, url) => {
    expect(returnUrl(target, RULE)).toBe(ORIGIN + url)
    expectToStay(target)
  })

  it('is accepted up to 2,048 characters, counted as they are sent', () => {
    expect(safePath(`/${'a'.repeat(2_047)}`, RULE)).toHaveLength(2_048)
    expect(safePath(`/${'a'.repeat(2_048)}`, RULE)).toBeUndefined()
    // Each of these grows threefold: a transaction with it would fit into no cookie.
    expect(safePath(`/${'<'.repeat(2_000)}`, RULE)).toBeUndefined()
  })

  it('may lie under a path that only begins like the base path', () => {
    expect(safePath('/auth-x/login', RULE)).toBe('/auth-x/login')
    expect(safePath('/app/auth/login', RULE)).toBe('/app/auth/login')
    expect(safePath('/app/auth/login', { ...RULE, basePath: '/app/auth' })).toBeUndefined()
  })
})

describe('whatever stands in the target', () => {
  const piece = constantFrom(
    ...['/', '\\', '.', '..', '%2e', '%2f', '%5c', '%09', '%0a', '%25', '%2525', '%', '25', '2f', '5c', '@', ':', '?'],
    ...['#', ';', '\t', '\n', '\r', ' ', '\0', '\u3002', '\uff0f', '\u2028', 'a', 'auth', 'evil.example', 'https:'],
  )
  const target = oneof(
    array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`),
    string({ unit: 'binary' }).map((text) => `/${text}`),
    string({ unit: 'grapheme' }),
  )

  it('the address stays on the origin, resolved once or twice, decoded never, once or twice', () => {
    always(
      property(target, (text) => expectToStay(text)),
      { numRuns: 20_000 },
    )
  })

  it('what was accepted is accepted again, unchanged: it is checked when stored and when used', () => {
    always(
      property(target, (text) => {
        const path = safePath(text, RULE)
        if (path !== undefined) expect(safePath(path, RULE)).toBe(path)
      }),
      { numRuns: 20_000 },
    )
  })

  it('is bytes that every header carries', () => {
    always(
      property(target, (text) => {
        expect(returnUrl(text, RULE)).toMatch(/^[\x21-\x7e]+$/)
      }),
    )
  })

  it('works on loopback http and behind a port the same', () => {
    const rule = { ...RULE, origin: 'http://localhost:3000' }
    expect(returnUrl('/ok', rule)).toBe('http://localhost:3000/ok')
    for (const [, ...targets] of REFUSED) {
      for (const one of targets) expect(returnUrl(one, rule)).toBe('http://localhost:3000/home')
    }
  })

  // Anything worse than a few passes over it would take minutes.
  it.each([
    ['slashes', '/'],
    ['dots', './'],
    ['percent signs', '%'],
    ['encoded percent signs', '%25'],
    ['half escapes', '%2'],
    ['backslashes', '\\'],
  ])('64,000 %s are refused at a glance, 2,000 in a few passes', (_, text) => {
    for (let round = 0; round < 200; round += 1) {
      expect(returnUrl(`/${text.repeat(64_000)}`, RULE)).toBe(FALLBACK)
      expectToStay(`/a${text.repeat(2_000 / text.length)}`)
    }
  })
})

/** SAFE-LOC: the address, and what is behind its origin, resolve to the origin; also if something decodes them. */
function expectToStay(target: string): void {
  const location = returnUrl(target, RULE)
  expect(location.startsWith(`${ORIGIN}/`)).toBe(true)
  let url = new URL(location, ORIGIN)
  expect(url.origin).toBe(ORIGIN)
  for (let decoded = 0; decoded < 3; decoded += 1) {
    const again = new URL(url.pathname + url.search + url.hash, ORIGIN)
    expect(again.origin).toBe(ORIGIN)
    expect(again.pathname).not.toMatch(/^\/auth(?:\/|$)/i)
    const path = decodeLeniently(url.pathname)
    expect(URL.parse(path, ORIGIN)?.origin).toBe(ORIGIN)
    url = new URL(path, ORIGIN)
  }
}

function decodeLeniently(path: string): string {
  return path.replace(/%[0-7][0-9a-f]/gi, (encoded) => decodeURIComponent(encoded))
}
