import type { Page } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { ADAPTERS } from '../apps.ts'
import { expectSafeLocation } from '../outcomes.ts'
import { ORIGIN, openStage, type Stage, signIn, startLogin, useServers } from '../stage.ts'

const servers = useServers()

/** The table of requirements.md, row by row: each of these goes to the start. */
const REFUSED: readonly (readonly [row: number, string])[] = [
  [1, '//evil.example'],
  [2, '///evil.example'],
  [3, '////evil.example'],
  [4, '/\\evil.example'],
  [5, '\\\\evil.example'],
  [6, '\\/evil.example'],
  [7, '/\\/evil.example'],
  [8, '/\t/evil.example'],
  [9, '/\n/evil.example'],
  [10, '/\r\n/evil.example'],
  [11, '\t//evil.example'],
  [12, ' //evil.example'],
  [13, '\u0000//evil.example'],
  [14, '\u0001//evil.example'],
  [15, 'https:///evil.example'],
  [16, 'https:\\\\evil.example'],
  [17, 'https:evil.example'],
  [18, 'https:/evil.example'],
  [19, 'http://evil.example'],
  [19, 'HTTPS://EVIL.EXAMPLE'],
  [20, 'ht\ttps://evil.example'],
  [20, 'h\nttps://evil.example'],
  [21, 'javascript:alert(1)'],
  [21, 'JaVaScRiPt:alert(1)'],
  [21, 'java\tscript:alert(1)'],
  [22, 'data:text/html,<script>alert(1)</script>'],
  [23, 'vbscript:x'],
  [23, 'file:///etc/passwd'],
  [24, `blob:${ORIGIN}/x`],
  [25, `${ORIGIN}@evil.example`],
  [26, `${ORIGIN}:x@evil.example/`],
  [27, '//app.example@evil.example'],
  [28, 'https://evil.example#app.example'],
  [28, 'https://evil.example?app.example'],
  [29, 'https://evil.example\\@app.example'],
  [30, 'https://evil.example\\.app.example'],
  [31, `${ORIGIN}.evil.example`],
  [32, 'https://evilapp.example'],
  [33, `${ORIGIN}%2eevil.example`],
  [34, 'https://app\u3002evil.example'],
  [35, '//evil\u3002example'],
  [35, '//evil%E3%80%82example'],
  [36, '//\u24d4\u24e5\u24d8\u24db.example'],
  [37, `${ORIGIN}:8443/`],
  [37, 'http://app.example/'],
  [37, `${ORIGIN}./ok`],
  [38, `${ORIGIN}%00.evil.example`],
  [38, 'https://'],
  [38, 'https://['],
  [38, 'http://h:99999/'],
  [38, '//'],
  [39, '//0x7f000001'],
  [39, '//2130706433'],
  [39, '//[::ffff:1.2.3.4]'],
  [40, '//%65vil.example'],
  [40, '//evil.example:443'],
  [41, '/..//evil.example'],
  [42, '/.//evil.example'],
  [43, '/a/..//evil.example'],
  [44, '/%2e//evil.example'],
  [45, '/./\\evil.example'],
  [48, '/ok\r\nSet-Cookie: x=1'],
  [48, '/ok\u010d\u010aSet-Cookie:x=1'],
  [49, '/\u2028/evil'],
  [49, '/\u00a0/evil'],
  [49, '\ufeff//evil.example'],
  [49, '\uff0f\uff0fevil.example'],
  [49, '/\uff0fevil.example'],
  [49, '\u2044\u2044evil.example'],
  [50, '.evil.example'],
  [50, '@evil.example'],
  [50, ':@evil.example'],
  [50, '?//evil.example'],
  [50, '#//evil.example'],
  [52, '/auth/login?return_to=/auth/login'],
  [52, '/auth/login/idp'],
  [52, '/auth/logout'],
  [52, '/auth/callback/idp?code=x&state=y'],
  [52, '/auth'],
  [52, '/AUTH/logout'],
  [52, '/auth/../auth/logout'],
  [52, '/x/..//auth/logout'],
  [52, '/%61uth/logout'],
  [52, '/auth%2flogout'],
  [53, ''],
  [53, `/${'x'.repeat(10_000)}`],
  [53, '[object Object]'],
  [53, '0'],
  [53, 'null'],
  [53, 'ok'],
  // More of the same kinds.
  [7, '/\\\\evil.example'],
  [8, '/\t\\evil.example'],
  [12, '/ /evil.example'],
  [12, '/ok '],
  [14, '/\u007f/evil.example'],
  [41, '/a/../..//evil.example'],
  [41, '/.%2e//evil.example'],
  [41, '/%2E%2e//evil.example'],
  [43, '/a/b/../..//evil.example/..'],
  [45, '/ok/..\\\\evil.example'],
]

/** Either the start or this very path, still encoded: nothing that decodes it once more may leave the application. */
const ENCODED: readonly (readonly [row: number, string])[] = [
  [46, '/%2f%2fevil.example'],
  [46, '/%2Fevil.example'],
  [46, '/%5cevil.example'],
  [46, '/%09/evil.example'],
  [46, '/%252f%252fevil.example'],
  [46, '/%5c%5cevil.example'],
  [47, '/ok%0d%0aSet-Cookie:x=1'],
  [47, '/ok%0aLocation:%20https://evil.example'],
  [51, '/x"><script>alert(1)</script>'],
  [51, "/x'onmouseover='alert(1)"],
]

const ACCEPTED = [
  '/ok',
  '/ok?a=1&b=%2F#frag',
  '/dashboard?x=https://evil.example',
  '/;//evil.example',
  '/caf%C3%A9',
  '/',
  '/ok?return_to=//evil.example',
  '/ok#//evil.example',
  '/a:b@c/d?e=f&g[]=h',
  '/authors',
  '/ok?next=%0d%0a',
]

describe.each(ADAPTERS)('on %s, the way back from a sign-in', (adapter) => {
  it('is the start for every target that is not plainly a path of this application (RT-00, rows 1 to 53)', async () => {
    const stage = await openStage(adapter, servers)
    for (const [row, target] of REFUSED) {
      const page = await landing(stage, `?return_to=${encodeURIComponent(target)}`)
      expect([row, target, page.headers.get('location')]).toEqual([row, target, `${ORIGIN}/`])
      expect(page.setCookies.join()).not.toMatch(/x=1/)
    }
  })

  it('stays here when a target is decoded once more, whatever is made of it (RT-00, rows 46, 47 and 51)', async () => {
    const stage = await openStage(adapter, servers)
    for (const [row, target] of ENCODED) {
      const page = await landing(stage, `?return_to=${encodeURIComponent(target)}`)
      const location = page.headers.get('location') ?? ''
      expect([row, new URL(decodeURIComponent(location), ORIGIN).origin]).toEqual([row, ORIGIN])
      expect(page.text).not.toContain('<script')
      expect([...page.headers.keys()]).not.toContain('set-cookie:x')
      expect(page.setCookies.join()).not.toMatch(/x=1/)
    }
  })

  it.each(ACCEPTED)('is %s, unchanged, when that was asked for (RT-00, row 54)', async (target) => {
    const stage = await openStage(adapter, servers)
    const page = await landing(stage, `?return_to=${encodeURIComponent(target)}`)
    expect(page.headers.get('location')).toBe(ORIGIN + target)
  })

  it('stays here when the target is encoded twice, repeated, or a list or an object to some parsers (RT-00)', async () => {
    const stage = await openStage(adapter, servers)
    for (const [row, target] of [...REFUSED, ...ENCODED]) {
      if (target.length > 3_000) continue
      const once = encodeURIComponent(target)
      for (const query of [
        `?return_to=${encodeURIComponent(once)}`,
        `?return_to=/ok&return_to=${once}`,
        `?return_to=${once}&return_to=/ok`,
        `?return_to[]=${once}&return_to[x]=${once}&return_to%00=${once}&Return_To=${once}&next=${once}&rd=${once}`,
      ]) {
        const page = await landing(stage, query)
        expect([row, query.slice(0, 40), page.headers.get('location')]).toEqual([row, query.slice(0, 40), `${ORIGIN}/`])
      }
    }
  })

  it('is carried by the page where a person chooses a provider, and checked there too (RT-00)', async () => {
    const { browser } = await openStage(adapter, servers, {})
    for (const [, target] of REFUSED) {
      const page = await browser.navigate(`/auth/login?return_to=${encodeURIComponent(target)}`, {
        redirects: 'manual',
      })
      expectSafeLocation(page, servers.idp.endpoints.authorization)
      expect(page.text).not.toMatch(/evil\.example/i)
    }
  })

  it('is taken from a posted form by the same rule (RT-00)', async () => {
    const stage = await openStage(adapter, servers)
    for (const target of ['//evil.example', '/.//evil.example', '/\\evil.example', 'https://evil.example']) {
      const body = new URLSearchParams({ return_to: target })
      const page = await stage.browser.navigate('/auth/login/idp', { method: 'POST', body })
      expect(page.url).toBe(`${ORIGIN}/`)
    }
  })

  it('may stand in the address of a posted form too, and is nothing where it stands twice (RT-00)', async () => {
    const { browser } = await openStage(adapter, servers)
    const end = async (query: string, form: Readonly<Record<string, string>>): Promise<string> => {
      const body = new URLSearchParams(form)
      return (await browser.navigate(`/auth/login/idp${query}`, { method: 'POST', body })).url
    }
    expect(await end('?return_to=/two', {})).toBe(`${ORIGIN}/two`)
    expect(await end('?return_to=/two', { prompt: 'login' })).toBe(`${ORIGIN}/two`)
    expect(await end('?prompt=login', { return_to: '/two' })).toBe(`${ORIGIN}/two`)
    expect(await end('?return_to=/two', { return_to: '/one' })).toBe(`${ORIGIN}/`)
    expect(await end('?return_to=//evil.example', {})).toBe(`${ORIGIN}/`)
  })

  it('is not taken from where the person came from (RT-00)', async () => {
    const { browser } = await openStage(adapter, servers)
    const page = await browser.navigate('/auth/login/idp', {
      from: 'https://evil.example/',
      headers: { referer: 'https://evil.example/trap' },
    })
    expect(page.url).toBe(`${ORIGIN}/`)
    const out = await browser.navigate('/auth/logout', { headers: { referer: 'https://evil.example/' } })
    expect(out.text).not.toContain('evil')
  })

  it('ends here when the address that was asked for begins with another host (CVE-2021-43812)', async () => {
    const { browser } = await openStage(adapter, servers, { guarding: 'everything' })
    for (const target of [
      '//google.com',
      '///evil.example',
      '//evil.example/..',
      '/\\evil.example',
      '/.//evil.example',
    ]) {
      const { text } = await browser.raw(
        `GET ${target} HTTP/1.1\r\nHost: app.example\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
      )
      const start = /^location: (.*)\r$/im.exec(text)?.[1] ?? ''
      expect([target, new URL(start).pathname]).toEqual([target, '/auth/login/idp'])
      const page = await browser.navigate(start)
      expect([target, new URL(page.url).origin]).toEqual([target, ORIGIN])
      expectSafeLocation(page, servers.idp.endpoints.authorization)
    }
  })

  it('is safe when a guard made it of the address that was asked for, octet by octet (RT-00)', async () => {
    const { browser } = await openStage(adapter, servers, { guarding: 'everything' })
    const targets = [...REFUSED, ...ENCODED].map(([, target]) => target).filter((target) => target !== '')
    for (const target of targets) {
      if (/[\r\n]/.test(target) || target.length > 3_000) continue
      const octets = Buffer.from(
        `GET ${target} HTTP/1.1\r\nHost: app.example\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
      )
      const { text, status } = await browser.raw(octets)
      expect([303, 400, 404, undefined], target).toContain(status)
      expect(text).not.toMatch(/^set-cookie: x=1/im)
      const location = /^location: (.*)\r$/im.exec(text)?.[1]
      // The gateway's own addresses are not guarded: those start a sign-in, or say that there is nothing.
      if (location === undefined || location.startsWith(servers.idp.endpoints.authorization)) continue
      expect(new URL(location).origin).toBe(ORIGIN)
      const returnTo = new URL(location).searchParams.get('return_to')
      if (returnTo === null) continue
      const landed = new URL(returnTo, ORIGIN)
      expect(landed.origin).toBe(ORIGIN)
      expect(new URL(landed.pathname + landed.search + landed.hash, ORIGIN).origin).toBe(ORIGIN)
    }
  })

  it.each(ACCEPTED.filter((target) => !target.includes('#')))(
    'is the guarded address %s itself (RT-00)',
    async (target) => {
      const { browser } = await openStage(adapter, servers, { guarding: 'everything' })
      const page = await browser.navigate(`${ORIGIN}${target}`)
      expect(page.url).toBe(ORIGIN + target)
      expect(page.chain.some(({ url }) => url.includes('/auth/callback/'))).toBe(true)
    },
  )

  it('is checked again as it is sent: the seal of a cookie makes no target safe (RT-00)', async () => {
    // The same secrets and another base path: what was no path of the gateway's when it was sealed is one now.
    const clientSecret = 'a-secret-of-a-client-that-moved'
    servers.idp.register({
      id: 'moved',
      authentication: { method: 'client_secret_post', secret: clientSecret },
      redirectUris: [`${ORIGIN}/auth/callback/idp`],
    })
    const facts = { clientId: 'moved', clientSecret, redirectUri: `${ORIGIN}/auth/callback/idp` }
    const before = await openStage(adapter, servers, { basePath: '/old', facts })
    const start = await before.browser.navigate('/old/login/idp?return_to=/auth/logout', { redirects: 'manual' })
    const { location } = await start.follow({ redirects: 'manual' })

    const after = await openStage(adapter, servers, { facts })
    after.browser.cookies.restore(before.browser.cookies.snapshot())
    const page = await after.browser.navigate(location ?? '', { redirects: 'manual' })
    expect([page.status, page.location]).toEqual([303, `${ORIGIN}/`])
  })

  it('is where the application says when nothing else was asked for (RT-00)', async () => {
    const { browser } = await openStage(adapter, servers, { defaultReturnTo: '/dashboard' })
    for (const query of ['', '?return_to=', '?return_to=//evil.example']) {
      const page = await browser.navigate(`/auth/login/idp${query}`)
      expect(page.url).toBe(`${ORIGIN}/dashboard`)
    }
    await signIn(browser, '/two')
    expect(browser.page?.url).toBe(`${ORIGIN}/two`)
  })
})

/** Signs in with this query. The answer to the callback, not followed. */
async function landing({ browser }: Stage, query: string): Promise<Page> {
  const start = await startLogin(browser, query)
  expect(start.status, query.slice(0, 60)).toBe(303)
  expectSafeLocation(start, servers.idp.endpoints.authorization)
  const answer = await start.follow({ redirects: 'manual' })
  const page = await answer.follow({ redirects: 'manual' })
  expect(page.status).toBe(303)
  expectSafeLocation(page, servers.idp.endpoints.authorization)
  return page
}
