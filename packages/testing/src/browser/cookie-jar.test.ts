import { describe, expect, it } from 'vitest'
import { createCookieJar } from './cookie-jar.ts'
import type { CookieContext } from './cookie-rule.ts'

const APP = 'https://app.example/'
const CROSS_SITE_LINK: CookieContext = { site: 'cross-site', topLevelNavigation: true, safeMethod: true }
const CROSS_SITE_FORM: CookieContext = { site: 'cross-site', topLevelNavigation: true, safeMethod: false }
const CROSS_SITE_IMAGE: CookieContext = { site: 'cross-site', topLevelNavigation: false, safeMethod: true }

const newJar = (loopback: 'trusted' | 'insecure' = 'trusted') => createCookieJar(Date.now, loopback)

describe('the cookie jar refuses', () => {
  it.each([
    [APP, '__Host-a=1; Secure'],
    [APP, '__Host-a=1; Path=/'],
    [APP, '__Host-a=1; Secure; Path=/x'],
    [APP, '__Host-a=1; Secure; Path=/; Domain=app.example'],
    [APP, '__HOST-a=1; Path=/'],
    [APP, '__Secure-a=1'],
    [APP, '__Host-Http-a=1; Secure; Path=/'],
    [APP, '__Http-a=1; Secure'],
    [APP, '=__Host-a=1; Secure; Path=/'],
    [APP, '__Host-a'],
    [APP, 'a=1; SameSite=None'],
    [APP, 'a=1; Domain=evil.example'],
    [APP, 'a=1; Domain=sub.app.example'],
    [APP, 'a=1; Domain=example'],
    ['http://app.example/', 'a=1; Secure'],
    ['http://127.0.0.1:3000/', 'a=1; Domain=0.0.1'],
  ])('from %s: %s', (url, line) => {
    const jar = newJar()
    jar.store(url, line)
    expect(jar.all).toEqual([])
    expect(jar.refused).toEqual([{ line, url, reason: expect.any(String) }])
  })

  it('what another site set in passing, unless it is SameSite=None', () => {
    const jar = newJar()
    jar.store(APP, 'lax=1; Secure; SameSite=Lax', CROSS_SITE_IMAGE)
    jar.store(APP, 'none=1; Secure; SameSite=None', CROSS_SITE_IMAGE)
    jar.store(APP, 'top=1; Secure; SameSite=Lax', CROSS_SITE_LINK)
    expect(jar.all.map(({ name }) => name)).toEqual(['none', 'top'])
  })

  it('to let plain http hide a Secure cookie', () => {
    const jar = newJar()
    jar.store(APP, 'a=good; Secure')
    jar.store('http://app.example/', 'a=evil')
    jar.store('http://sibling.app.example/', 'a=evil; Domain=app.example')
    expect(jar.header(APP)).toBe('a=good')
    expect(jar.refused).toHaveLength(2)
  })
})

describe('the cookie jar sends', () => {
  it('by SameSite', () => {
    const jar = newJar()
    for (const sameSite of ['Strict', 'Lax', 'None']) jar.store(APP, `${sameSite}=1; Secure; SameSite=${sameSite}`)
    expect(jar.header(APP)).toBe('Strict=1; Lax=1; None=1')
    expect(jar.header(APP, CROSS_SITE_LINK)).toBe('Lax=1; None=1')
    expect(jar.header(APP, CROSS_SITE_FORM)).toBe('None=1')
    expect(jar.header(APP, CROSS_SITE_IMAGE)).toBe('None=1')
  })

  it('by path, the longest first', () => {
    const jar = newJar()
    jar.store('https://app.example/auth/login', 'default=1')
    jar.store(APP, 'root=1; Path=/')
    jar.store(APP, 'deep=1; Path=/auth/callback')
    expect(jar.header('https://app.example/auth/callback/x')).toBe('deep=1; default=1; root=1')
    expect(jar.header('https://app.example/authority')).toBe('root=1')
    expect(jar.header('https://app.example/auth/callbacks')).toBe('default=1; root=1')
  })

  it('by host, whatever the port', () => {
    const jar = newJar()
    jar.store('https://app.example/', 'own=1')
    jar.store('https://app.example/', 'wide=1; Domain=app.example')
    expect(jar.header('https://app.example:8443/')).toBe('own=1; wide=1')
    expect(jar.header('https://sub.app.example/')).toBe('wide=1')
    expect(jar.header('https://evilapp.example/')).toBeUndefined()
  })

  it('Secure cookies over plain http to this computer only where the browser trusts it', () => {
    for (const [loopback, expected] of [
      ['trusted', '__Host-a=1'],
      ['insecure', undefined],
    ] as const) {
      const jar = newJar(loopback)
      jar.store('http://localhost:3000/', '__Host-a=1; Secure; Path=/')
      expect(jar.header('http://localhost:3000/')).toBe(expected)
      expect(jar.header('http://localhost.evil.example/')).toBeUndefined()
    }
  })
})

describe('the cookie jar keeps', () => {
  it('a cookie until it expires, at most 400 days', () => {
    let time = 0
    const jar = createCookieJar(() => time, 'trusted')
    jar.store(APP, 'minute=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT')
    jar.store(APP, 'years=1; Max-Age=315360000')
    jar.store(APP, 'session=1')
    time = 59_999
    expect(jar.header(APP)).toBe('minute=1; years=1; session=1')
    time = 60_000
    expect(jar.header(APP)).toBe('years=1; session=1')
    time = 400 * 86_400_000
    expect(jar.header(APP)).toBe('session=1')
  })

  it('nothing that is deleted with the same name, path and domain, and everything else', () => {
    const jar = newJar()
    jar.store(APP, 'a=1; Path=/auth')
    jar.store(APP, 'a=; Max-Age=0; Path=/')
    expect(jar.get('a')?.value).toBe('1')
    jar.store(APP, 'a=; Max-Age=0; Path=/auth')
    expect(jar.all).toEqual([])
  })

  it('the place in line of a cookie that is set again', () => {
    const jar = newJar()
    for (const line of ['a=1', 'b=1', 'a=2']) jar.store(APP, line)
    expect(jar.header(APP)).toBe('a=2; b=1')
  })

  it('fifty cookies of one domain, the newest', () => {
    const jar = newJar()
    for (let at = 0; at < 60; at += 1) jar.store(APP, `c${at}=1`)
    expect(jar.all).toHaveLength(50)
    expect([jar.get('c9'), jar.get('c10')?.value]).toEqual([undefined, '1'])
  })

  it('a copy for later, as a thief would', () => {
    const jar = newJar()
    jar.store(APP, 'a=1')
    const stolen = jar.snapshot()
    jar.clear('a')
    expect(jar.header(APP)).toBeUndefined()
    jar.restore(stolen)
    expect(jar.header(APP)).toBe('a=1')
    jar.clear()
    expect(jar.all).toEqual([])
  })
})
