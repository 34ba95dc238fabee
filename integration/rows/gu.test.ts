import { GatewayError, memoryStore, type Store } from '@postern/core'
import { type Browser, json, type Page } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { ADAPTERS } from '../apps.ts'
import { expectAlive, expectClean, expectNoSession, expectSafeLocation, expectSession } from '../outcomes.ts'
import { idpOf, ORIGIN, openStage, SESSION, signIn, useServers } from '../stage.ts'

const servers = useServers()

const HTML = 'text/html,application/xhtml+xml,*/*;q=0.8'
const GUARDED = ['/members', '/admin', '/scoped', '/fresh', '/strong', '/token', '/cacheable', '/broken-guard']

describe.each(ADAPTERS)('on %s, a guard', (adapter) => {
  it('sends a person who opens a page to sign in, and they come back to where they were going (GU-01)', async () => {
    const { browser } = await openStage(adapter, servers)
    const page = await browser.navigate('/members?tab=2&x=%2F', { redirects: 'manual' })
    expect([302, 303]).toContain(page.status)
    expect(page.location).toBe(`${ORIGIN}/auth/login/idp?return_to=${encodeURIComponent('/members?tab=2&x=%2F')}`)
    expect(page.headers.get('cache-control')).toContain('no-store')
    expectSafeLocation(page)
    const landed = await page.follow()
    expect([landed.status, landed.url]).toEqual([200, `${ORIGIN}/members?tab=2&x=%2F`])
  })

  it.each<[string, string, Readonly<Record<string, string>>, 'redirect' | 'refusal']>([
    ['a navigation', 'GET', { accept: HTML, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 'redirect'],
    ['an old browser', 'GET', { accept: HTML }, 'redirect'],
    ['a navigation that takes anything', 'GET', { accept: '*/*', 'sec-fetch-mode': 'navigate' }, 'redirect'],
    ['fetch', 'GET', { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, 'refusal'],
    ['fetch that would like HTML', 'GET', { accept: HTML, 'sec-fetch-mode': 'cors' }, 'refusal'],
    ['fetch of its own origin', 'GET', { accept: HTML, 'sec-fetch-mode': 'same-origin' }, 'refusal'],
    ['an image', 'GET', { accept: 'image/*', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 'refusal'],
    ['XMLHttpRequest', 'GET', { accept: HTML, 'x-requested-with': 'XMLHttpRequest' }, 'refusal'],
    [
      'XMLHttpRequest, whatever else it says',
      'GET',
      { accept: HTML, 'sec-fetch-mode': 'navigate', 'x-requested-with': 'XMLHttpRequest' },
      'refusal',
    ],
    [
      'a web view of Android',
      'GET',
      { accept: HTML, 'sec-fetch-mode': 'navigate', 'x-requested-with': 'com.example.app' },
      'redirect',
    ],
    ['JSON', 'GET', { accept: 'application/json' }, 'refusal'],
    ['a program', 'GET', { accept: '*/*' }, 'refusal'],
    ['nothing at all', 'GET', {}, 'refusal'],
    ['a form', 'POST', { accept: HTML, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 'refusal'],
    ['a deletion', 'DELETE', { accept: HTML }, 'refusal'],
    ['a question', 'OPTIONS', { accept: HTML }, 'refusal'],
  ])('answers %s as it can be understood: %s with %j is a %s (GU-01)', async (_, method, headers, expected) => {
    const { browser } = await openStage(adapter, servers)
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const { text, status } = await browser.raw(
      `${method} /members HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n${lines.join('')}\r\n`,
    )
    expect(status).toBe(expected === 'redirect' ? 303 : 401)
    expect(/^location:/im.test(text)).toBe(expected === 'redirect')
    expect(text).toMatch(/^cache-control: no-store\r$/im)
    if (expected === 'refusal') expect(text).toMatch(/^www-authenticate: (?!basic|negotiate|digest)/im)
  })

  it('tells a script where a person would sign in, and does not send it there (GU-01)', async () => {
    const { browser } = await openStage(adapter, servers)
    const page = await browser.fetch('/members', { from: ORIGIN })
    expectClean(page, 401)
    expect(page.headers.get('content-type')).toContain('json')
    expect(page.json()).toMatchObject({ code: 'sign_in_required', login_url: `${ORIGIN}/auth/login/idp` })
  })

  it.each(['POST', 'PUT', 'DELETE'])(
    'tells whoever sends something by %s what is wrong in JSON, a person too: a page could not send it again (GU-01)',
    async (method) => {
      const { browser } = await openStage(adapter, servers)
      const page = await browser.navigate('/members', { method, from: ORIGIN, redirects: 'manual' })
      expectClean(page, 401)
      expect(page.headers.get('content-type')).toBe('application/problem+json')
      expect(page.json()).toMatchObject({ code: 'sign_in_required', login_url: `${ORIGIN}/auth/login/idp` })
    },
  )

  it.each([
    '/admin?x=/public',
    '/admin?/public/a',
    '/admin#/public/a',
    '/admin%23/public/a',
    '/public/../admin',
    '/public/%2e%2e/admin',
    '/public/%2E%2E/admin',
    '/public%2f..%2fadmin',
    '/public/..%2fadmin',
    '/public/..;/admin',
    '/public/.%2e/admin',
    '/public\\..\\admin',
    '/public/%5c..%5cadmin',
    '//admin',
    '///admin',
    '/./admin',
    '/ADMIN',
    '/Admin',
    '/admin/',
    '/admin//',
    '/admin/.',
    '/admin%00',
    '/admin%20',
    '/admin;x=/public',
    '/%61dmin',
    '/%2561dmin',
    '/admin.json',
    'http://app.example/admin',
    'http://evil.example/admin',
    'http://app.example//admin',
    'http://evil.example//admin',
    'https://app.example/public/../admin',
  ])('stands before what it guards, however the address is written: %s (GU-02)', async (target) => {
    const { browser } = await openStage(adapter, servers)
    for (const headers of [
      '',
      'X-Forwarded-Uri: /public/a\r\n',
      'X-Original-URL: /public/a\r\nX-Rewrite-URL: /public/a\r\n',
    ]) {
      const { text, status } = await browser.raw(
        `GET ${target} HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\nAccept: application/json\r\n${headers}\r\n`,
      )
      expect(text).not.toContain('for members only')
      expect([400, 401, 403, 404, 200]).toContain(status)
      // A 200 is the public page, which has nothing to hide.
      if (status === 200) expect(text).toMatch(/public$/)
    }
  })

  it('is not talked out of it by headers that speak of another address (GU-02)', async () => {
    const { browser } = await openStage(adapter, servers)
    for (const headers of [
      { 'x-forwarded-uri': '/public/a' },
      { 'x-original-uri': '/public/a' },
      { 'x-original-url': '/public/a' },
      { 'x-rewrite-url': '/public/a' },
      { 'x-forwarded-prefix': '/public' },
      { 'x-http-method-override': 'OPTIONS' },
      { 'x-forwarded-for': '127.0.0.1' },
      { forwarded: 'for=127.0.0.1;host=localhost' },
    ]) {
      expect((await browser.fetch('/admin', { from: ORIGIN, headers: { ...headers } })).status).toBe(401)
    }
  })

  it('takes no token for a session, not even one the provider gave out for its user (CVE-2022-29226)', async () => {
    let token = ''
    servers.idp.change({
      tokenResponse: (right) => {
        token = String(right['access_token'])
        return right
      },
    })
    const { browser, newBrowser } = await openStage(adapter, servers)
    await signIn(browser)
    expect(token.length).toBeGreaterThan(15)
    for (const authorization of [`Bearer ${token}`, 'Bearer x', `Basic ${btoa(`user-1:${token}`)}`, 'Bearer %']) {
      const headers = { authorization }
      const stranger = newBrowser()
      for (const path of GUARDED) {
        expect([path, (await stranger.fetch(path, { from: ORIGIN, headers })).status]).toEqual([path, 401])
      }
      for (const path of ['/whoami', '/auth/session']) {
        const page = await stranger.fetch(path, { from: ORIGIN, headers })
        expect(page.json()).toEqual({ authenticated: false })
      }
    }
  })

  it('lets nobody in while its provider is configured wrongly (GHSA-8fpg-xm3f-6cx3)', async () => {
    for (const [script, facts] of [
      [{ endpoints: { discovery: json(500, { error: 'server_error' }) } }, {}],
      [{ endpoints: { discovery: json(200, { issuer: 'https://evil.example' }) } }, {}],
      [{}, { clientSecret: 'not-the-secret-of-this-client-at-all' }],
    ] as const) {
      servers.idp.change(script)
      const { browser } = await openStage(adapter, servers, { facts })
      const page = await browser.navigate('/members')
      expectClean(page, 502, 503)
      expect((await browser.fetch('/whoami', { from: ORIGIN })).json()).toEqual({ authenticated: false })
      for (const path of GUARDED) expect((await browser.fetch(path, { from: ORIGIN })).status).toBe(401)
      await expectNoSession(browser)
      servers.idp.restore()
    }
  })

  it('denies when the application’s own question throws, and says nothing of it (GU-03)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const page = await browser.fetch('/broken-guard', { from: ORIGIN })
    expectClean(page, 403)
    expect(page.text).not.toMatch(/for nobody|broke/)
    const navigation = await browser.navigate('/broken-guard', { redirects: 'manual' })
    expectClean(navigation, 403)
  })

  it.each([
    ['throws', () => Promise.reject(new Error('the database is down: canary')), 503],
    [
      'throws at once',
      () => {
        throw new TypeError('canary')
      },
      503,
    ],
    ['refuses', () => 'refuse' as const, 403],
    ['says something else', () => 'ALLOW' as 'allow', 403],
    ['says nothing', () => undefined as unknown as 'allow', 403],
    ['says true', () => true as unknown as 'allow', 403],
  ])('lets nobody in whose sign-in the application %s about (GU-03)', async (_, onSignIn, status) => {
    const { browser } = await openStage(adapter, servers, { onSignIn })
    const page = await browser.navigate('/auth/login/idp')
    expectClean(page, status)
    expect(page.text).not.toContain('canary')
    await expectNoSession(browser)
  })

  it('denies when the store of sessions throws what it should not (GU-03)', async () => {
    const { browser } = await openStage(adapter, servers, { store: broken(new Error('canary')) })
    const cookie = `${SESSION}=1.${'A'.repeat(80)}`
    for (const path of GUARDED) {
      const page = await browser.fetch(path, { from: ORIGIN, headers: { cookie } })
      expect(page.status).toBeGreaterThanOrEqual(400)
      expect(page.text).not.toMatch(/canary|members/)
    }
    await expectAlive(browser)
  })

  it.each([
    ['as its contract says', new GatewayError('store_unavailable')],
    ['as drivers do', new RangeError('canary')],
  ])('denies a signed-in user whose store fails %s (GU-03)', async (_, thrown) => {
    const store = memoryStore()
    let failure: Error | undefined
    const breaking = new Proxy(store, {
      get:
        (target, name: keyof Store) =>
        async (...parameters: readonly unknown[]) => {
          if (failure !== undefined && name !== 'close') throw failure
          return Reflect.apply(target[name] as () => unknown, target, parameters)
        },
    })
    const { browser } = await openStage(adapter, servers, { store: breaking })
    await signIn(browser)
    failure = thrown
    for (const path of GUARDED) {
      const page = await browser.fetch(path, { from: ORIGIN })
      expectClean(page, 503)
      expect(page.text).not.toMatch(/canary|members/)
    }
    failure = undefined
    await expectSession(browser)
  })

  it('guards HEAD and OPTIONS as it guards GET, and shows no body (GU-04)', async () => {
    const { browser } = await openStage(adapter, servers)
    for (const path of GUARDED) {
      const head = await browser.fetch(path, { from: ORIGIN, method: 'HEAD' })
      expect([head.status, head.text]).toEqual([401, ''])
    }
    expect((await browser.fetch('/members', { from: ORIGIN, method: 'OPTIONS' })).status).toBe(401)
    await signIn(browser)
    const head = await browser.fetch('/members', { from: ORIGIN, method: 'HEAD' })
    expect([head.status, head.text]).toEqual([200, ''])
  })

  it('answers a preflight itself, and permits nothing (GU-04)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const page = await browser.fetch(`${ORIGIN}/members`, {
      from: 'https://evil.example/',
      method: 'OPTIONS',
      credentials: 'include',
      headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-postern' },
    })
    expect(page.status).toBeLessThan(500)
    expect(page.text).not.toContain('only')
    for (const name of [
      'access-control-allow-origin',
      'access-control-allow-credentials',
      'access-control-allow-headers',
    ]) {
      expect(page.headers.get(name)).toBeNull()
    }
  })

  it.each([
    'GoogleHC/1.0',
    'kube-probe/1.29',
    'ELB-HealthChecker/2.0',
    'GoogleHC/1.0 (+x)',
    'Googlebot/2.1',
    'HealthChecker',
    '',
  ])('makes no exception for a visitor who calls itself %j (GU-05)', async (agent) => {
    const { browser } = await openStage(adapter, servers)
    for (const path of GUARDED) {
      const page = await browser.fetch(path, { from: ORIGIN, headers: { 'user-agent': agent } })
      expect([page.status, page.text.includes('members')]).toEqual([401, false])
    }
  })

  it('lets a member of one provider not pass as a member of another (GU-01)', async () => {
    const providers = [idpOf(servers.idp), idpOf(servers.other, {}, 'other')]
    const { browser } = await openStage(adapter, servers, { providers })
    await signIn(browser)
    expect((await browser.fetch('/other-only', { from: ORIGIN })).status).toBe(401)
    const page = await browser.navigate('/other-only', { redirects: 'manual' })
    expect(new URL(page.location ?? '').pathname).toBe('/auth/login/other')
    const landed = await page.follow()
    expect([landed.status, landed.url]).toEqual([200, `${ORIGIN}/other-only`])
    await expectSession(browser, 'user-1', 'other')
  })

  it('asks for the choice where there are several providers and none was named (decision 13)', async () => {
    const providers = [idpOf(servers.idp), idpOf(servers.other, {}, 'other')]
    const { browser } = await openStage(adapter, servers, { providers })
    const page = await browser.navigate('/members')
    expect([page.status, new URL(page.url).pathname]).toEqual([200, '/auth/login'])
    const landed = await page.click('/auth/login/other?return_to=%2Fmembers')
    expect([landed.status, landed.url]).toEqual([200, `${ORIGIN}/members`])

    const named = await openStage(adapter, servers, { providers, signInWith: 'other' })
    const sent = await named.browser.navigate('/members', { redirects: 'manual' })
    expect(new URL(sent.location ?? '').pathname).toBe('/auth/login/other')
    // It is where people are sent, and no requirement.
    await signIn(named.browser)
    await expectSession(named.browser)
  })

  it('turns away who was granted too little, and does not send them round in circles (TE-15)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    expectClean(await browser.navigate('/scoped', { redirects: 'manual' }), 403)
    expectClean(await browser.fetch('/scoped', { from: ORIGIN }), 403)
    expect(servers.received('authorization').length).toBe(1)
  })

  it('asks for a more recent sign-in, and takes it (GU-01)', async () => {
    let time = Date.now()
    const { browser } = await openStage(adapter, servers, { now: () => time })
    await signIn(browser)
    expect((await browser.fetch('/fresh', { from: ORIGIN })).status).toBe(200)
    time += 91_000
    const refused = await browser.fetch('/fresh', { from: ORIGIN })
    expect([refused.status, (refused.json() as { code: string }).code]).toEqual([401, 'reauthentication_required'])
    servers.idp.change({ idToken: { claims: { auth_time: Math.floor(time / 1000) } } })
    const page = await browser.navigate('/fresh')
    expect([page.status, page.url]).toEqual([200, `${ORIGIN}/fresh`])
    expect(servers.received('authorization').at(-1)?.query.get('max_age')).toBe('60')
  })

  it('asks for a stronger sign-in, and does not believe one that is not (ID-14)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    servers.idp.change({ idToken: { claims: { acr: 'bronze' } } })
    const weak = await browser.navigate('/strong')
    expectClean(weak, 502)
    expect((await browser.fetch('/strong', { from: ORIGIN })).status).toBe(401)
    servers.idp.change({ idToken: { claims: { acr: 'gold' } } })
    const page = await browser.navigate('/strong')
    expect([page.status, page.url]).toEqual([200, `${ORIGIN}/strong`])
    expect(servers.received('authorization').at(-1)?.query.get('acr_values')).toBe('gold')
  })

  it.each(['POST', 'PUT', 'DELETE'])(
    'lets no other site act with %s in the name of a member (decision 4)',
    async (method) => {
      const { browser } = await openStage(adapter, servers)
      await signIn(browser)
      const forged = await browser.navigate('/members', { method, from: 'https://evil.example/', redirects: 'manual' })
      expect(forged.status).toBeGreaterThanOrEqual(400)
      const cookie = browser.cookies.header(ORIGIN) ?? ''
      for (const headers of [
        {},
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { 'sec-fetch-site': 'none' },
        { 'sec-fetch-site': 'cross-site', 'x-postern': '1' },
        { origin: 'https://evil.example' },
        { origin: 'https://evil.example', 'x-postern': '1' },
        { origin: 'null' },
        { origin: `${ORIGIN}.evil.example` },
        { origin: ORIGIN.replace('https', 'http') },
        { 'x-postern': '0' },
        { referer: `${ORIGIN}/members` },
      ]) {
        expect(await statusOf(browser, method, { cookie, ...headers }), JSON.stringify(headers)).toBe(403)
      }
      for (const headers of [
        { 'sec-fetch-site': 'same-origin' },
        { origin: ORIGIN },
        { 'x-postern': '1' },
        { origin: ORIGIN, 'sec-fetch-site': 'same-origin' },
      ]) {
        expect(await statusOf(browser, method, { cookie, ...headers }), JSON.stringify(headers)).toBe(200)
      }
    },
  )

  it('survives an upstream that the application asks and that fails (GU-03)', async () => {
    const upstream = servers.idp.endpoints.userinfo
    servers.idp.change({ endpoints: { userinfo: json(500, { canary: 1 }) } })
    const { browser } = await openStage(adapter, servers, { facts: { apiOrigins: [servers.idp.origin] } })
    await signIn(browser)
    const page: Page = await browser.fetch(`/api?to=${upstream}`, { from: ORIGIN })
    expect(page.json()).toMatchObject({ status: 500 })
    // A redirect is for the application to look at: it is not followed with the token.
    const { origin } = servers.evil
    for (const status of [301, 302, 303, 307, 308]) {
      servers.idp.change({ endpoints: { userinfo: { status, headers: { location: `${origin}/` } } } })
      const redirected = await browser.fetch(`/api?to=${upstream}`, { from: ORIGIN })
      expect(redirected.json()).toMatchObject({ status })
    }
    // An address that is none of the provider's gets no token, and no request.
    const evil = await browser.fetch(`/api?to=${servers.evil.origin}/x`, { from: ORIGIN })
    expect(evil.status).toBe(500)
    expect(servers.evil.connections).toBe(0)
  })
})

/** What a member's request is answered with, that has exactly these headers. */
async function statusOf(browser: Browser, method: string, headers: Readonly<Record<string, string>>) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const { status } = await browser.raw(
    `${method} /members HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\nContent-Length: 0\r\n${lines.join('')}\r\n`,
  )
  return status
}

/** A store that throws whatever it is asked. */
function broken(failure: Error): Store {
  const store = memoryStore()
  return new Proxy(store, {
    get: (_target, name) => (name === 'close' ? store.close : () => Promise.reject(failure)),
  })
}
