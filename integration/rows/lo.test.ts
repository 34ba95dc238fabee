import { inspect } from 'node:util'
import type { GatewayEvent } from '@postern/core'
import { type Browser, html, json, type Page, redirect } from '@postern/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ADAPTERS } from '../apps.ts'
import {
  expectAlive,
  expectAnonymous,
  expectClean,
  expectNoLeak,
  expectNoSession,
  expectSafeLocation,
  expectSession,
  sessionCookies,
} from '../outcomes.ts'
import { aniListOf, CLIENT_SECRET, ORIGIN, openStage, SESSION, signIn, useServers } from '../stage.ts'
import { STORES, useStores } from '../stores.ts'

const servers = useServers()
const stores = useStores()
const EVIL = 'https://evil.example'

describe.each(ADAPTERS)('on %s, signing out', (adapter) => {
  it('ends the session and every part of its cookie (LO-01)', async () => {
    servers.idp.change({
      tokenResponse: { access_token: 'token'.repeat(1_000) },
      idToken: { claims: { at_hash: undefined } },
    })
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    expect(sessionCookies(browser).length).toBeGreaterThan(1)
    const copy = browser.cookies.snapshot()
    const page = await signOut(browser)
    expect(page.status).toBe(303)
    await expectNoSession(browser)
    expect(browser.cookies.refused).toEqual([])
    browser.cookies.restore(copy)
    await expectAnonymous(browser)
  })

  it.each([
    ['refuses', json(500, {})],
    ['hangs', 'hang' as const],
    ['breaks off', 'reset' as const],
    ['answers with a page', html(200, '<h1>hello</h1>')],
    ['sends elsewhere', redirect('http://localhost:1/')],
  ])('is done at once although the provider’s revocation %s (LO-01, LO-07)', async (_, answer) => {
    const { browser } = await openStage(adapter, servers, { facts: { timeout: 1 } })
    await signIn(browser)
    servers.idp.change({ endpoints: { revocation: answer, endSession: answer } })
    const startedAt = performance.now()
    const page = await signOut(browser)
    expect(performance.now() - startedAt).toBeLessThan(900)
    expect(page.status).toBe(303)
    await expectNoSession(browser)
    await expectAlive(browser)
  })

  it('is done although the provider cannot be reached at all (LO-01)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    await servers.idp.pause()
    onTestFinished(() => servers.idp.resume())
    const startedAt = performance.now()
    expect((await signOut(browser)).status).toBe(303)
    expect(performance.now() - startedAt).toBeLessThan(2_500)
    await expectNoSession(browser)
  })

  it('does not happen because of a link, a picture, a frame or a form of another site (LO-02)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const address = `${ORIGIN}/auth/logout`
    const from = `${EVIL}/`
    const attempts = [
      () => browser.navigate(address, { from }),
      () => browser.navigate(address, { from, method: 'POST', body: new URLSearchParams({ return_to: '/' }) }),
      () => browser.embed(address, { as: 'image', from }),
      () => browser.embed(address, { as: 'iframe', from }),
      () => browser.embed(address, { as: 'script', from }),
      () => browser.fetch(address, { from, method: 'POST', credentials: 'include', mode: 'no-cors' }),
      () =>
        browser.fetch(address, {
          from,
          method: 'POST',
          credentials: 'include',
          body: 'x',
          headers: { 'content-type': 'text/plain' },
        }),
      () => browser.fetch(address, { from, method: 'POST', credentials: 'include', headers: { 'x-postern': '1' } }),
      () => browser.navigate(address),
    ]
    for (const attempt of attempts) {
      const page = await attempt()
      expect(page.setCookies.filter((line) => line.startsWith(SESSION))).toEqual([])
      await expectSession(browser)
    }
  })

  it('works in a browser without fetch metadata, by the form of the page that asks, and by no other (LO-02)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const { text } = await browser.navigate('/auth/logout')
    const confirmation = /name="confirmation" value="([^"]+)"/.exec(text)?.[1] ?? ''
    const post = async (form: Readonly<Record<string, string>>): Promise<number | undefined> => {
      const body = String(new URLSearchParams(form))
      const head = `POST /auth/logout HTTP/1.1\r\nHost: app.example\r\nAccept: text/html\r\nOrigin: null\r\n`
      const type = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n`
      const cookie = `Cookie: ${browser.cookies.header(ORIGIN)}\r\n`
      return (await browser.raw(`${head}${type}${cookie}Connection: close\r\n\r\n${body}`)).status
    }
    expect(await post({ return_to: '/' })).toBe(403)
    expect(await post({ confirmation: `${confirmation}x` })).toBe(403)
    await expectSession(browser)
    expect(await post({ confirmation })).toBe(303)
    await expectAnonymous(browser)
  })

  it.each([
    [{}, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'none' }, 403],
    [{ origin: EVIL }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: EVIL, 'x-postern': '1' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: ORIGIN }, 403],
    [{ referer: `${ORIGIN}/` }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, 200],
    [{ origin: ORIGIN }, 200],
    [{ 'x-postern': '1' }, 200],
    [{ 'X-POSTERN': '1' }, 200],
    [{ 'SEC-FETCH-SITE': 'cross-site', 'X-Postern': '1' }, 403],
    [{ ORIGIN: EVIL, 'X-Postern': '1' }, 403],
  ])('with %j and no other evidence is answered with %i (LO-02)', async (headers, status) => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const lines = Object.entries({ ...headers, cookie: browser.cookies.header(ORIGIN) ?? '' })
    const answer = await browser.raw(
      `POST /auth/logout HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\nContent-Length: 0\r\n${lines
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    )
    expect(answer.status).toBe(status)
    if (status === 200) await expectAnonymous(browser)
    else await expectSession(browser)
  })

  it('shows a button to whoever follows a link to it, and nothing else happens (LO-02)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const page = await browser.navigate('/auth/logout?return_to=/two')
    expect(page.status).toBe(200)
    expect(page.text).toMatch(/<form[^>]* method="post"[^>]* action="\/auth\/logout"/)
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(page.text).not.toContain('<script')
    await expectSession(browser)
    const done = await page.submit()
    expect([done.status, done.url]).toEqual([200, `${ORIGIN}/two`])
    await expectNoSession(browser)
  })

  it('goes to the provider’s end-session endpoint with everything it needs, and comes back (LO-03)', async () => {
    servers.idp.change({ metadata: { end_session_endpoint: `${servers.idp.endpoints.endSession}?tenant=1` } })
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const page = await signOut(browser, '?return_to=/two')
    const url = new URL(page.location ?? '')
    expect(url.origin + url.pathname).toBe(servers.idp.endpoints.endSession)
    const hint = url.searchParams.get('id_token_hint') ?? ''
    expect(hint.split('.').length).toBe(3)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: '1',
      client_id: 'rows',
      post_logout_redirect_uri: `${ORIGIN}/auth/signed-out`,
      state: expect.stringMatching(/^.{16,}$/),
      id_token_hint: hint,
    })
    for (const name of url.searchParams.keys()) expect(url.searchParams.getAll(name).length).toBe(1)
    const done = await page.follow()
    expect([done.status, done.url]).toEqual([200, `${ORIGIN}/two`])
    expectSafeLocation(done, servers.idp.endpoints.endSession)
    await expectNoSession(browser)
  })

  it('gives the provider an ID token that has expired as a hint all the same (LO-03)', async () => {
    let time = Date.now()
    const { browser } = await openStage(adapter, servers, { now: () => time })
    await signIn(browser)
    time += 3_700_000
    const { searchParams } = new URL((await signOut(browser)).location ?? '')
    expect(searchParams.get('id_token_hint')).toMatch(/^ey/)
  })

  it('leaves out a hint that would make the address too long (LO-03)', async () => {
    servers.idp.change({ idToken: { claims: { more: 'x'.repeat(6_000) } } })
    const { browser } = await openStage(adapter, servers, { store: stores.open('memory') })
    await signIn(browser)
    const page = await signOut(browser)
    const { searchParams } = new URL(page.location ?? '')
    expect([searchParams.has('id_token_hint'), searchParams.get('client_id')]).toEqual([false, 'rows'])
    expect(page.location?.length).toBeLessThan(4096)
    const done = await page.follow()
    expect([done.status, done.url.split('?')[0]]).toEqual([200, `${ORIGIN}/auth/signed-out`])
  })

  it.each([
    ['its state', (url: URL) => url],
    ['another state', (url: URL) => withState(url, 'another')],
    ['no state', (url: URL) => withState(url, undefined)],
    ['an empty state', (url: URL) => withState(url, '')],
    ['a state twice', (url: URL) => new URL(`${url}&state=x`)],
    ['a state of a megabyte, nearly', (url: URL) => withState(url, 'x'.repeat(8_000))],
  ])('ends on a page that says so when the provider comes back with %s (LO-04)', async (_, change) => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const atProvider = await (await signOut(browser)).follow({ redirects: 'manual' })
    const back = change(new URL(atProvider.location ?? ''))
    const page = await browser.navigate(back, { from: servers.idp.origin })
    expect(page.status).toBe(200)
    expect(page.text).toContain('signed out')
    expectSafeLocation(page)
    await expectNoSession(browser)
  })

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    `${EVIL}/`,
    'https:evil.example',
    'http://[',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/ok\r\nSet-Cookie: x=1',
    '.evil.example',
    '@evil.example',
    '/auth/login',
    '/auth/logout',
    '/auth/callback/idp?code=x',
    '',
  ])('goes nowhere else because somebody asked for %j (LO-05)', async (target) => {
    const { browser } = await openStage(adapter, servers, { providers: [aniListOf(servers.aniList)] })
    for (const way of ['query', 'form', 'get'] as const) {
      await signIn(browser, '/one', 'anilist')
      const query = `return_to=${encodeURIComponent(target)}&post_logout_redirect_uri=${EVIL}&redirect=${EVIL}`
      const page =
        way === 'query'
          ? await post(browser, `/auth/logout?${query}`)
          : way === 'form'
            ? await post(browser, '/auth/logout', new URLSearchParams(query))
            : await (await browser.navigate(`/auth/logout?${query}`)).submit()
      expectSafeLocation(page)
      expect(page.text).not.toMatch(/evil\.example/)
      expect(page.chain.flatMap(({ setCookies }) => setCookies).join()).not.toContain('x=1')
      expect(new URL(page.url).pathname).toBe('/auth/signed-out')
      await expectNoSession(browser)
    }
  })

  it('sends nothing of the browser’s to the provider as its own address (LO-05)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const query = new URLSearchParams({
      post_logout_redirect_uri: EVIL,
      id_token_hint: 'evil',
      state: 'evil',
      client_id: 'evil',
      return_to: EVIL,
    })
    const page = await post(browser, `/auth/logout?${query}`, query)
    const [{ location } = expect.unreachable()] = page.chain
    expect(location?.startsWith(servers.idp.endpoints.endSession)).toBe(true)
    expect(location).not.toContain('evil')
  })

  it('revokes the refresh token, then the access token, as the client that they were given to (LO-06)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const given = { access: '', refresh: '' }
    servers.idp.change({
      tokenResponse: (right) => {
        given.access = String(right['access_token'])
        given.refresh = String(right['refresh_token'])
        return right
      },
    })
    await signIn(browser)
    await signOut(browser)
    const requests = () => servers.received('revocation').slice(-2)
    await until(() => requests().some(({ form }) => form.get('token') === given.access))
    expect(requests().map(({ method, form }) => [method, form.get('token'), form.get('token_type_hint')])).toEqual([
      ['POST', given.refresh, 'refresh_token'],
      ['POST', given.access, 'access_token'],
    ])
    for (const { form, headers } of requests()) {
      expect([form.get('client_id'), form.get('client_secret')]).toEqual(['rows', CLIENT_SECRET])
      expect(headers['content-type']).toContain('application/x-www-form-urlencoded')
    }
  })

  it.each([
    ['200', { status: 200 }, 2],
    ['204', { status: 204 }, 2],
    ['400 unsupported_token_type', json(400, { error: 'unsupported_token_type' }), 2],
    ['401', json(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="x"' }), 2],
    ['a page', html(200, '<h1>ok</h1>'), 2],
  ])('is content with a revocation that is answered with %s (LO-07)', async (_, answer, requests) => {
    const { browser, events } = await openStage(adapter, servers)
    await signIn(browser)
    servers.idp.change({ endpoints: { revocation: answer } })
    expect((await signOut(browser)).status).toBe(303)
    await until(() => servers.received('revocation').length >= requests)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(servers.received('revocation').length).toBe(requests)
    expect(events.map(({ type }) => type)).not.toContain('failed')
  })

  it('revokes again, a little later, what the provider could not revoke just then (LO-07)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    let isDown = true
    servers.idp.change({
      endpoints: { revocation: async () => (isDown ? json(503, {}, { 'retry-after': '1' }) : 'default') },
    })
    await signOut(browser)
    await until(() => servers.received('revocation').length === 1)
    isDown = false
    await until(() => servers.received('revocation').length === 3)
    expect(servers.received('revocation').map(({ form }) => form.get('token_type_hint'))).toEqual([
      'refresh_token',
      'refresh_token',
      'access_token',
    ])
  })

  it('leaves a revocation that nobody could carry out to the process that is started next (LO-07)', async () => {
    const prefix = stores.newPrefix()
    const before = await openStage(adapter, servers, { store: stores.open('redis', { prefix }) })
    await signIn(before.browser)
    servers.idp.change({ endpoints: { revocation: json(503, {}) } })
    await signOut(before.browser)
    await until(() => servers.received('revocation').length === 1)
    await before.app.close()
    servers.idp.restore()
    await openStage(adapter, servers, { store: stores.open('redis', { prefix }) })
    await until(() => servers.received('revocation').length === 3)
  })

  it('can be done without a session, twice, and by many at once (LO-08)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    const nobody = newBrowser()
    const first = await post(nobody, '/auth/logout')
    expect([first.status, first.url]).toEqual([200, `${ORIGIN}/auth/signed-out`])
    expect((await nobody.navigate('/auth/logout')).url).toBe(`${ORIGIN}/auth/signed-out`)

    await signIn(browser)
    const copy = browser.cookies.header(ORIGIN) ?? ''
    const pages = await Promise.all(
      [1, 2, 3, 4, 5].map(() =>
        browser.fetch('/auth/logout', { from: ORIGIN, method: 'POST', headers: { cookie: copy } }),
      ),
    )
    for (const page of pages) expect(page.status).toBe(200)
    const again = await post(browser, '/auth/logout')
    expect([again.status, again.url]).toEqual([200, `${ORIGIN}/auth/signed-out`])
    await until(() => servers.received('revocation').length >= 2)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(servers.received('revocation').length).toBe(2)
    expect(servers.received('endSession')).toEqual([])
  })

  it('is kept by no cache, and nor is anything about it (LO-09)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    for (const page of [
      await browser.navigate('/auth/logout'),
      await signOut(browser),
      await browser.navigate('/auth/signed-out'),
      await browser.navigate('/auth/logout', { redirects: 'manual' }),
      await browser.fetch('/auth/session', { from: ORIGIN }),
    ]) {
      expect(page.headers.get('cache-control')).toContain('no-store')
    }
  })

  it('answers a script with an address and never with a redirect (decision 14)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const page = await browser.fetch('/auth/logout', { from: ORIGIN, method: 'POST' })
    expect([page.status, page.location]).toEqual([200, undefined])
    expect(addressIn(page)).toBe(`${ORIGIN}/auth/logout?to=provider`)
    await expectNoSession(browser)
    const [{ location: next } = expect.unreachable()] = (await browser.navigate(addressIn(page))).chain
    expect(next?.startsWith(servers.idp.endpoints.endSession)).toBe(true)
  })

  it('shows a script no token, and the provider the ID token all the same (SC-15, LO-03)', async () => {
    let time = Date.now()
    const { browser, newBrowser } = await openStage(adapter, servers, { now: () => time })
    let idToken = ''
    servers.idp.change({
      tokenResponse: (right) => {
        idToken = String(right['id_token'])
        return right
      },
    })
    await signIn(browser)
    const page = await browser.fetch('/auth/logout?return_to=/two', { from: ORIGIN, method: 'POST' })
    const shown = `${page.text} ${JSON.stringify([...page.headers])}`
    expectNoLeak([idToken, idToken.split('.')[2] ?? ''], { shown })
    const line = page.setCookies.find((one) => one.startsWith('__Host-postern.sign-out='))
    expect(line).toMatch(/; Max-Age=60; Path=\/; HttpOnly; Secure; SameSite=Lax$/)

    const kept = browser.cookies.snapshot()
    const address = addressIn(page)
    // A script that goes there, a frame of another site, a guess of the browser and another browser get nowhere.
    expect((await browser.fetch(address, { from: ORIGIN })).url).toBe(`${ORIGIN}/auth/signed-out`)
    await browser.embed(address, { as: 'iframe', from: `${EVIL}/` })
    await browser.navigate(address, { headers: { 'sec-purpose': 'prefetch' } })
    expect((await newBrowser().navigate(address)).url).toBe(`${ORIGIN}/auth/signed-out`)
    expect(servers.received('endSession')).toEqual([])

    const there = await browser.navigate(address)
    const sent = new URL(there.chain[0]?.location ?? '').searchParams
    expect([sent.get('id_token_hint'), sent.get('client_id')]).toEqual([idToken, 'rows'])
    expect([there.status, there.url]).toEqual([200, `${ORIGIN}/two`])
    // Once, and not for ever.
    expect((await browser.navigate(address)).url).toBe(`${ORIGIN}/auth/signed-out`)
    browser.cookies.restore(kept)
    time += 60_000
    expect((await browser.navigate(address)).url).toBe(`${ORIGIN}/auth/signed-out`)
    expect(servers.received('endSession')).toHaveLength(1)
  })

  it('leaves an ID token out that it could not hide from a script (SC-15, LO-03)', async () => {
    const { browser } = await openStage(adapter, servers)
    servers.idp.change({ idToken: { claims: { more: 'x'.repeat(1_700) } } })
    await signIn(browser)
    const page = await browser.fetch('/auth/logout', { from: ORIGIN, method: 'POST' })
    const { origin, pathname, searchParams } = new URL(addressIn(page))
    expect(origin + pathname).toBe(servers.idp.endpoints.endSession)
    expect([...searchParams.keys()].sort()).toEqual(['client_id', 'post_logout_redirect_uri', 'state'])
    await expectNoSession(browser)
    // A person’s form still carries it.
    await signIn(browser)
    expect(new URL((await signOut(browser)).location ?? '').searchParams.has('id_token_hint')).toBe(true)
  })

  it('is not troubled by a provider that calls back before it sends the browser back (LO-10)', async () => {
    const { browser, app } = await openStage(adapter, servers, {
      store: stores.open('memory'),
      facts: { backchannelLogout: 'accept' },
    })
    const statuses: number[] = []
    await signIn(browser)
    servers.idp.change({
      endpoints: {
        endSession: async ({ query }) => {
          const claims = JSON.parse(
            Buffer.from(query.get('id_token_hint')?.split('.')[1] ?? '', 'base64url').toString(),
          )
          const token = await servers.idp.logoutToken({ clientId: 'rows', sid: claims.sid, subject: claims.sub })
          const answer = await fetch(`${app.address}/auth/backchannel-logout/idp`, {
            method: 'POST',
            body: new URLSearchParams({ logout_token: token }),
          })
          statuses.push(answer.status)
          return 'default'
        },
      },
    })
    const done = await (await signOut(browser)).follow()
    expect([statuses, done.status]).toEqual([[200], 200])
    await expectNoSession(browser)
  })

  it('shows the ID token to the provider and to nobody else (LO-11)', async () => {
    const { browser, app, events } = await openStage(adapter, servers)
    await signIn(browser)
    const page = await signOut(browser)
    const hint = new URL(page.location ?? '').searchParams.get('id_token_hint') ?? ''
    const state = new URL(page.location ?? '').searchParams.get('state') ?? ''
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    await page.follow()
    const signature = hint.split('.')[2] ?? ''
    expectNoLeak([hint, signature, state], { log: app.log(), events: inspect(events, { depth: 9 }), body: page.text })
  })

  it('tells who signs out of AniList what remains there, and where to end it (anilist.md)', async () => {
    const { browser, events } = await openStage(adapter, servers, { providers: [aniListOf(servers.aniList)] })
    await signIn(browser, '/one', 'anilist')
    const page = await (await browser.navigate('/auth/logout')).submit()
    expect([page.status, page.text.includes('AniList')]).toEqual([200, true])
    expect(page.text).toContain('https://anilist.co/settings/apps')
    await expectNoSession(browser)
    const types = events.map(({ type }: GatewayEvent) => type)
    expect(types).toContain('signed_out')
  })

  it.each(['sealed', ...STORES] as const)(
    'ends every session that its cookies open, also where they make it ambiguous whose it is: %s (LO-01, SC-14)',
    async (kind) => {
      const options = kind === 'sealed' ? {} : { store: stores.open(kind) }
      const { browser, newBrowser } = await openStage(adapter, servers, options)
      const cookies = [newBrowser(), newBrowser(), newBrowser()].map(async (one) => {
        await signIn(one)
        return `${SESSION}=${one.cookies.get(SESSION)?.value}`
      })
      const [first, second, third] = await Promise.all(cookies)
      for (const cookie of [`${first}; ${first}`, `${second}; ${first}`, `${third}; ${SESSION}.7=x`]) {
        const page = await browser.fetch('/auth/logout', { from: ORIGIN, method: 'POST', headers: { cookie } })
        expect(page.status).toBe(200)
      }
      for (const cookie of [first, second, third]) {
        const page = await browser.fetch('/auth/session', { from: ORIGIN, headers: { cookie: cookie ?? '' } })
        expect(page.json()).toEqual({ authenticated: false })
      }
    },
  )

  it('is refused when its body is, and then nothing has happened (LO-01)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const page = await browser.fetch('/auth/logout', {
      from: ORIGIN,
      method: 'POST',
      body: `return_to=${'x'.repeat(70_000)}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expectClean(page, 413)
    await expectSession(browser)
  })
})

describe.each(ADAPTERS)('on %s, a limit of sessions', (adapter) => {
  it.each(STORES)('holds for sign-ins at the same moment, in two processes: %s (issue 5)', async (kind) => {
    for (const beyond of ['refuse', 'end-oldest'] as const) {
      const store = stores.open(kind)
      const options = { store, session: { limit: { perUser: 2, beyond } } }
      const stages = [await openStage(adapter, servers, options), await openStage(adapter, servers, options)] as const
      const browsers = Array.from({ length: 8 }, (_, index) => stages[index % 2 === 0 ? 0 : 1].newBrowser())
      const pages = await Promise.all(browsers.map((browser) => signIn(browser)))
      const statuses = new Set(pages.map(({ status }) => status))
      expect(statuses).toEqual(new Set(beyond === 'refuse' ? [200, 403] : [200]))
      const signedIn = await Promise.all(browsers.map(isSignedIn))
      expect([beyond, signedIn.filter(Boolean).length]).toEqual([beyond, 2])
      expect((await stages[0].gateway.sessions.list({ provider: 'idp', subject: 'user-1' })).length).toBe(2)
    }
  })

  it('makes way for a session of the same browser, and ends those used longest ago (issue 5)', async () => {
    const options = { store: stores.open('memory'), session: { limit: { perUser: 1, beyond: 'refuse' } } } as const
    const { browser, newBrowser } = await openStage(adapter, servers, options)
    await signIn(browser)
    expect((await signIn(browser)).status).toBe(200)
    const other = newBrowser()
    expectClean(await signIn(other), 403)
    await expectNoSession(other)
    await expectSession(browser)
  })
})

describe.each(ADAPTERS)('on %s, ending one’s own sessions from a list', (adapter) => {
  it('revokes the tokens of this browser’s own, as signing out does (LO-06)', async () => {
    const { browser } = await openStage(adapter, servers, { store: stores.open('memory') })
    await signIn(browser)
    const page = await browser.fetch('/auth/sessions', {
      from: ORIGIN,
      method: 'POST',
      body: new URLSearchParams({ action: 'end-all' }),
    })
    expect(page.status).toBe(200)
    await expectNoSession(browser)
    await until(() => servers.received('revocation').length === 2)
  })
})

async function isSignedIn(browser: Browser): Promise<boolean> {
  const page = await browser.fetch('/auth/session', { from: ORIGIN })
  return (page.json() as { authenticated: boolean }).authenticated
}

/** Signs out as a person does: with the button. Stops at the first redirect. */
async function signOut(browser: Browser, query = ''): Promise<Page> {
  return (await browser.navigate(`/auth/logout${query}`)).submit({}, { redirects: 'manual' })
}

/** A form of one of our own pages. */
function post(browser: Browser, address: string, body?: URLSearchParams): Promise<Page> {
  return browser.navigate(address, { method: 'POST', from: `${ORIGIN}/`, ...(body === undefined ? {} : { body }) })
}

/** Where a script is told to go. */
function addressIn(page: Page): string {
  return (page.json() as { redirect: string }).redirect
}

function withState(url: URL, state: string | undefined): URL {
  const changed = new URL(url)
  if (state === undefined) changed.searchParams.delete('state')
  else changed.searchParams.set('state', state)
  return changed
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 300 && !condition(); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(condition()).toBe(true)
}
