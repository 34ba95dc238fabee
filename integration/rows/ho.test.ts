import { createGateway, insecureLoopback } from '@postern/core'
import { oidc } from '@postern/providers/oidc'
import type { Page } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { ADAPTERS } from '../apps.ts'
import { expectAnonymous, expectSafeLocation, expectSession } from '../outcomes.ts'
import { approve, ORIGIN, openStage, SECRET, type Stage, signIn, useServers } from '../stage.ts'

const servers = useServers()

const LIES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['Host', { host: 'evil.example' }],
  ['Host with a user', { host: 'app@evil.example' }],
  ['Host with a user who is another host', { host: 'evil.example:x@app.example' }],
  ['Host with a port', { host: 'app.example:evil.example' }],
  ['X-Forwarded-Host', { 'x-forwarded-host': 'evil.example' }],
  ['a list in X-Forwarded-Host', { 'x-forwarded-host': 'app.example, evil.example' }],
  ['X-Forwarded-Proto', { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example', 'x-forwarded-port': '1' }],
  ['Forwarded', { forwarded: 'for=1.1.1.1;host=evil.example;proto=http' }],
  [
    'X-Original-Host',
    { 'x-original-host': 'evil.example', 'x-host': 'evil.example', 'x-forwarded-server': 'evil.example' },
  ],
  ['X-Forwarded-Prefix', { 'x-forwarded-prefix': '//evil.example', 'x-forwarded-path': '//evil.example' }],
  ['rewriting headers', { 'x-original-url': '//evil.example', 'x-rewrite-url': '//evil.example' }],
  ['the scheme', { 'x-forwarded-ssl': 'off', 'front-end-https': 'off', 'x-url-scheme': 'http' }],
]

describe.each(ADAPTERS)('on %s, the public address', (adapter) => {
  it.each(LIES)('comes from configuration alone, whatever %s says (HO-01, HO-02)', async (_, headers) => {
    const { browser } = await openStage(adapter, servers)
    const options = { headers: { ...headers }, redirects: 'manual' } as const
    const seen: Page[] = []
    const note = (page: Page): Page => {
      seen.push(page)
      return page
    }
    const guarded = note(await browser.navigate('/members?x=1', options))
    expect(guarded.location).toBe(`${ORIGIN}/auth/login/idp?return_to=%2Fmembers%3Fx%3D1`)
    const start = note(await browser.navigate('/auth/login/idp?return_to=/two', options))
    const pending = await approve(start)
    const landed = note(await browser.navigate(pending.url, options))
    expect(landed.location).toBe(`${ORIGIN}/two`)
    note(await browser.fetch('/members', { from: ORIGIN, headers: { ...headers } }))
    note(await browser.fetch('/auth/session', { from: ORIGIN, headers: { ...headers } }))
    note(await browser.navigate('/auth/callback/idp?code=x&state=y', options))
    note(await browser.navigate('/auth/nothing', options))
    const out = note(await browser.navigate('/auth/logout?return_to=/two', options))
    const done = note(await out.submit({}, options))
    expect(new URL(done.location ?? '').searchParams.get('post_logout_redirect_uri')).toBe(`${ORIGIN}/auth/signed-out`)
    note(await browser.navigate('/auth/signed-out', options))
    for (const page of seen) {
      expect(page.status).toBeLessThan(500)
      expect(page.text + JSON.stringify([...page.headers]) + page.setCookies.join()).not.toMatch(/evil/)
      expect(page.setCookies.every((line) => line.includes('; Secure') && !/domain=/i.test(line))).toBe(true)
    }
    for (const page of [guarded, landed]) expectSafeLocation(page)
    const [authorization] = servers.received('authorization')
    expect(authorization?.query.get('redirect_uri')).toBe(`${ORIGIN}/auth/callback/idp`)
  })

  it('is not moved by a request whose target names another host (HO-01)', async () => {
    const { browser } = await openStage(adapter, servers)
    for (const target of [
      'http://evil.example/auth/login/idp?return_to=/two',
      'https://evil.example/auth/login/idp',
      'http://app@evil.example/auth/login/idp',
    ]) {
      const { text } = await raw({ browser }, target, ['Host: evil.example'])
      expect(text).not.toMatch(/evil/)
      if (/^location: /im.test(text)) expect(text).toContain(encodeURIComponent(`${ORIGIN}/auth/callback/idp`))
    }
  })

  it('is asked for with one Host line, or not at all (HO-01, PX-11)', async () => {
    const stage = await openStage(adapter, servers)
    for (const path of ['/auth/login/idp', '/auth/session', '/auth/callback/idp?code=a&state=b', '/auth/logout']) {
      const { status, text } = await raw(stage, path, ['Host: app.example', 'Host: evil.example'])
      expect([path, status]).toEqual([path, 400])
      expect(text).not.toMatch(/^set-cookie/im)
    }
    await signIn(stage.browser)
    const cookie = `Cookie: ${stage.browser.cookies.header(ORIGIN)}`
    const guarded = await raw(stage, '/members', ['Host: app.example', 'host: evil.example', cookie])
    expect([guarded.status, guarded.text.includes('only')]).toEqual([400, false])
  })

  it('is that of the cookies although TLS ended in front of the application (HO-03)', async () => {
    const { browser } = await openStage(adapter, servers)
    const page = await signIn(browser)
    const lines = page.chain.flatMap(({ setCookies }) => setCookies).filter((line) => line.startsWith('__Host-'))
    expect(lines.length).toBeGreaterThan(1)
    for (const line of lines) expect(line).toContain('; Secure')
    await expectSession(browser)
  })

  // HO-04: a Host that is not the public one is not refused. What it could do is move an address, and no address is
  // made of it (HO-01); behind proxies it often is an internal name, and AR-07 wants sign-ins to work under any.
  // docs/decisions/0012-the-host-header-is-not-asked.md has the reasons.
  it('gives a rebound name of another site no session of this one (HO-04)', async () => {
    const { browser, newBrowser, app } = await openStage(adapter, servers)
    await signIn(browser)
    const rebound = newBrowser({ hosts: { 'http://rebound.evil.example': app.address } })
    rebound.cookies.restore(browser.cookies.snapshot())
    const page = await rebound.navigate('http://rebound.evil.example/auth/session')
    expect(page.json()).toEqual({ authenticated: false })
    await expectSession(browser)
  })

  it('is not the only thing a client cannot claim: nor can it be somebody else to a rate limit (HO-05)', async () => {
    const rates = { login: { requests: 3, seconds: 60 } }
    const { browser } = await openStage(adapter, servers, { rates })
    const statuses: number[] = []
    for (let count = 0; count < 6; count += 1) {
      const headers = {
        'x-forwarded-for': `10.0.0.${count}`,
        forwarded: `for=10.0.0.${count}`,
        'x-real-ip': `10.0.0.${count}`,
        'cf-connecting-ip': `10.0.0.${count}`,
        'true-client-ip': `10.0.0.${count}`,
      }
      statuses.push((await browser.navigate('/auth/login/idp', { headers, redirects: 'manual' })).status)
    }
    expect(statuses).toEqual([303, 303, 303, 429, 429, 429])
    await expectAnonymous(browser)
  })
})

describe('an origin', () => {
  const gatewayOf = (origin: unknown) =>
    createGateway({
      origin: origin as string,
      secrets: [SECRET],
      providers: [
        oidc({
          id: 'idp',
          issuer: 'http://localhost:1',
          clientId: 'x',
          clientSecret: 'x'.repeat(32),
          loopback: insecureLoopback,
        }),
      ],
    })

  it.each([
    'http://app.example',
    'http://10.0.0.1:3000',
    'http://0.0.0.0:3000',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'https://app.example/',
    'https://app.example/path',
    'https://user:password@app.example',
    'https://app.example:443',
    'https://APP.example',
    'app.example',
    '//app.example',
    'javascript:alert(1)',
    '*',
    '',
    undefined,
    null,
    ['https://app.example'],
  ])('that nobody can sign in at safely is refused at start-up: %j (HO-03)', (origin) => {
    expect(() => gatewayOf(origin)).toThrow(/origin/)
  })

  it.each([
    'https://app.example',
    'https://app.example:8443',
    'http://localhost:3000',
    'http://127.0.0.1:1',
    'http://[::1]:1',
  ])('that they can is taken: %s (HO-03)', (origin) => {
    expect(gatewayOf(origin).origin).toBe(origin)
  })
})

function raw({ browser }: Pick<Stage, 'browser'>, target: string, lines: readonly string[]) {
  return browser.raw(
    `GET ${target} HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}Accept: text/html\r\nConnection: close\r\n\r\n`,
  )
}
