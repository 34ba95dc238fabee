import { request } from 'node:http'
import { insecureLoopback } from '@postern/core'
import { oauth2 } from '@postern/providers/oauth2'
import type { Browser, Page } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { ADAPTERS } from '../apps.ts'
import {
  expectAlive,
  expectClean,
  expectConsumed,
  expectNoSession,
  expectSafeLocation,
  expectSession,
  transactionCookies,
} from '../outcomes.ts'
import {
  altered,
  arrive,
  CLIENT_SECRET,
  idpOf,
  ORIGIN,
  openStage,
  pendingLogin,
  SESSION,
  type Stage,
  signIn,
  startLogin,
  TRANSACTION,
  useServers,
} from '../stage.ts'
import { STORES, useStores } from '../stores.ts'

const servers = useServers()
const stores = useStores()
const tokenRequests = () => servers.received('token').length
const EVIL = 'https://evil.example'

describe.each(ADAPTERS)('on %s, the answer of a provider', (adapter) => {
  it.each([
    ['without a code', undefined],
    ['with an empty code', ''],
  ])('%s signs nobody in and asks for no token (CB-01)', async (_, code) => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    expectClean(await arrive(browser, altered(pending.url, { code })), 400)
    expect(tokenRequests()).toBe(0)
    await expectNoSession(browser)
  })

  it('is refused under any state but its own, and asks nobody for anything (CB-02)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const stranger = await pendingLogin(newBrowser())
    const { state } = pending
    const states = [
      undefined,
      '',
      'different',
      stranger.state,
      state.slice(0, -1),
      state.slice(1),
      swapCase(state),
      `${state}A`,
      `${state} `,
      ` ${state}`,
      `${state}\0`,
      `${state}=`,
      state.toLowerCase(),
      state.split('').reverse().join(''),
    ]
    const before = servers.idp.requests.length
    for (const wrong of states) expectClean(await arrive(browser, altered(pending.url, { state: wrong })), 400)
    expect(servers.idp.requests.length).toBe(before)
    await expectNoSession(browser)
    expect((await pending.deliver()).status).toBe(303)
  })

  it('is refused when a parameter that counts comes twice, however it is spelt (CB-03)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const { url, code, state } = pending
    const iss = encodeURIComponent(servers.idp.issuer)
    const twice = [
      `${url}&code=${code}`,
      `${url}&code=other`,
      `${url}&code=`,
      `${url}&c%6fde=other`,
      `${url}&%63%6f%64%65=${code}`,
      `${url}&state=${state}`,
      `${url}&state=other`,
      `${url}&iss=${iss}`,
      `${url}&iss=${EVIL}`,
      `${url}&error=access_denied&error=access_denied`,
      `${url}&response=a&response=b`,
      `/auth/callback/idp?code=a&${new URL(url).searchParams}`,
    ]
    for (const address of twice) expectClean(await arrive(browser, address), 400)
    expect(tokenRequests()).toBe(0)
    // None of it has touched the sign-in: whoever adds a parameter to a link must not end it.
    expect((await pending.deliver()).status).toBe(303)
  })

  it.each([
    'code[]',
    'code[0]',
    'code%5B%5D',
    'code[a]',
    'code%00',
    'state[]',
    'state[0]',
    'iss[]',
    'error[]',
    'response[]',
  ])('is refused with a %s, which other parsers would take for one of its parameters (CB-03)', async (name) => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    expectClean(await arrive(browser, `${pending.url}&${name}=x`), 400)
    const plain = name.match(/^[a-z]+/)?.[0] ?? ''
    const only = `${altered(pending.url, { [plain]: undefined })}&${name}=${new URL(pending.url).searchParams.get(plain)}`
    expectClean(await arrive(browser, only), 400)
    expect(tokenRequests()).toBe(0)
    await expectNoSession(browser)
  })

  it('is an error when it says so, whatever else it brings, and the sign-in is over (CB-04)', async () => {
    const { browser } = await openStage(adapter, servers)
    for (const [error, status] of [
      ['access_denied', 403],
      ['login_required', 403],
      ['invalid_scope', 502],
      ['temporarily_unavailable', 503],
      ['<script>alert(1)</script>', 502],
      ['', 502],
    ] as const) {
      const pending = await pendingLogin(browser)
      const before = browser.cookies.snapshot()
      expectClean(await arrive(browser, altered(pending.url, { error })), status)
      expect(transactionCookies(browser)).toEqual([])
      await expectConsumed(browser, pending.url, before, tokenRequests)
    }
    expect(tokenRequests()).toBe(0)
    await expectNoSession(browser)
  })

  it('is not taken for a denial of the provider when it comes from somebody else (CB-05)', async () => {
    const { browser, events } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const page = await arrive(
      browser,
      altered(pending.url, { iss: EVIL, code: undefined, error: 'access_denied', error_description: 'Pay here' }),
    )
    expectClean(page, 400)
    expect(page.text).toContain('issuer_mismatch')
    expect(page.text).not.toMatch(/denied|declined|Pay here/i)
    expect(events.map((event) => ('code' in event ? event.code : event.type))).not.toContain('sign_in_denied')
  })

  it.each([
    ['another issuer', () => EVIL],
    ['another case', (issuer: string) => issuer.replace('localhost', 'LOCALHOST')],
    ['another case of the scheme', (issuer: string) => issuer.replace('http', 'HTTP')],
    ['a slash more', (issuer: string) => `${issuer}/`],
    ['an encoded character', (issuer: string) => issuer.replace('localhost', 'loc%61lhost')],
    ['a port that says nothing', (issuer: string) => issuer.replace(/:\d+$/, ':80')],
    ['a space behind it', (issuer: string) => `${issuer} `],
    ['a fragment', (issuer: string) => `${issuer}#`],
    ['another address of the same host', (issuer: string) => issuer.replace('localhost', '127.0.0.1')],
  ])('is refused with %s in iss (CB-06)', async (_, change) => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const before = browser.cookies.snapshot()
    expectClean(await arrive(browser, altered(pending.url, { iss: change(servers.idp.issuer) })), 400)
    expect(tokenRequests()).toBe(0)
    await expectNoSession(browser)
    await expectConsumed(browser, pending.url, before, tokenRequests)
  })

  it.each([
    ['no iss', undefined],
    ['an empty iss', ''],
  ])('is refused with %s where the provider says it always sends one (CB-07)', async (_, iss) => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    expectClean(await arrive(browser, altered(pending.url, { iss })), 400)
    expect(tokenRequests()).toBe(0)
    await expectNoSession(browser)
  })

  it('is refused without iss where the definition of an OAuth 2.0 provider says it always sends one (CB-07)', async () => {
    const { issuer, endpoints } = servers.idp
    const provider = oauth2({
      id: 'idp',
      issuer,
      authorizationResponseIssParameterSupported: true,
      clientId: 'rows',
      clientSecret: CLIENT_SECRET,
      loopback: insecureLoopback,
      endpoints: { authorization: endpoints.authorization, token: endpoints.token, userinfo: endpoints.userinfo },
      user: (profile) => ({ id: String(profile['sub']) }),
    })
    const { browser, events } = await openStage(adapter, servers, { providers: [provider] })
    for (const iss of [undefined, '']) {
      const pending = await pendingLogin(browser)
      expectClean(await arrive(browser, altered(pending.url, { iss })), 400)
      expect(events.at(-1)).toMatchObject({ code: 'issuer_mismatch' })
    }
    expect(tokenRequests()).toBe(0)
    await expectNoSession(browser)
    expect((await (await pendingLogin(browser)).deliver()).status).toBe(303)
  })

  it('is compared by iss where the provider has announced none, and may come without (CB-08)', async () => {
    servers.idp.change({ responseIssuer: 'omitted' })
    const { browser } = await openStage(adapter, servers)
    const foreign = await pendingLogin(browser)
    expectClean(await arrive(browser, altered(foreign.url, { iss: EVIL })), 400)
    expect(tokenRequests()).toBe(0)
    await expectNoSession(browser)

    const right = await pendingLogin(browser)
    expect((await arrive(browser, altered(right.url, { iss: servers.idp.issuer }))).status).toBe(303)
    await expectSession(browser)
    const without = await pendingLogin(browser)
    expect(without.url).not.toContain('iss=')
    expect((await without.deliver()).status).toBe(303)
    const empty = await pendingLogin(browser)
    expect((await arrive(browser, altered(empty.url, { iss: '' }))).status).toBe(303)
  })

  it('reaches no other provider, under the path of the one or of the other (CB-09)', async () => {
    const providers = [idpOf(servers.idp), idpOf(servers.other, {}, 'other')]
    const { browser } = await openStage(adapter, servers, { providers })
    const atHonest = await pendingLogin(browser)
    // The attacker's provider sends the honest one's answer to its own callback.
    const mixed = atHonest.url.replace('/callback/idp', '/callback/other')
    for (const iss of [servers.idp.issuer, servers.other.issuer, undefined]) {
      expectClean(await arrive(browser, altered(mixed, { iss })), 400)
    }
    expect(servers.received('token', servers.other)).toEqual([])
    await expectNoSession(browser)
    expect((await atHonest.deliver()).status).toBe(303)
  })

  it('does not carry the code of an honest provider to the one the sign-in was started with (CB-09)', async () => {
    const providers = [idpOf(servers.idp), idpOf(servers.other, {}, 'other')]
    const { browser, newBrowser } = await openStage(adapter, servers, { providers })
    const honest = await pendingLogin(newBrowser())
    for (const path of ['/auth/callback/other', '/auth/callback/idp']) {
      for (const iss of [servers.idp.issuer, undefined, '']) {
        const atAttacker = await pendingLogin(browser, '', 'other')
        const answer = altered(ORIGIN + path, { code: honest.code, state: atAttacker.state, iss })
        expectClean(await arrive(browser, answer), 400)
      }
    }
    expect(servers.received('token', servers.other)).toEqual([])
    expect(tokenRequests()).toBe(0)
    await expectNoSession(browser)
  })

  it('that is delivered twice at once is one exchange, and both pages end in the same session (CB-10)', async () => {
    const { browser } = await openStage(adapter, servers)
    const hold = Promise.withResolvers<void>()
    servers.idp.change({ endpoints: { token: () => hold.promise.then(() => 'default' as const) } })
    const pending = await pendingLogin(browser, '?return_to=/two')
    const copies = [pending.deliver(), ...[1, 2, 3].map(() => arrive(browser.newTab(), pending.url))]
    await until(() => tokenRequests() === 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    hold.resolve()
    for (const page of await Promise.all(copies)) {
      expect([page.status, page.location]).toEqual([303, `${ORIGIN}/two`])
    }
    expect(tokenRequests()).toBe(1)
    await expectSession(browser)
  })

  it.each(STORES)(
    'that is delivered twice at once, to two processes that share a store, is one exchange: %s (CB-10)',
    async (kind) => {
      const store = stores.open(kind)
      const one = await openStage(adapter, servers, { store })
      const two = await openStage(adapter, servers, { store })
      const hold = Promise.withResolvers<void>()
      servers.idp.change({ endpoints: { token: () => hold.promise.then(() => 'default' as const) } })
      const pending = await pendingLogin(one.browser, '?return_to=/two')
      const before = one.browser.cookies.snapshot()
      two.browser.cookies.restore(before)
      const copies = [pending.deliver(), arrive(two.browser, pending.url)]
      await until(() => tokenRequests() === 1)
      await new Promise((resolve) => setTimeout(resolve, 100))
      hold.resolve()
      for (const page of await Promise.all(copies)) {
        expect([page.status, page.location]).toEqual([303, `${ORIGIN}/two`])
      }
      expect(tokenRequests()).toBe(1)
      await expectSession(one.browser)
      // It is one browser, of which two stand here because each knows one process.
      two.browser.cookies.restore(one.browser.cookies.snapshot())
      await expectSession(two.browser)
      // And it is used up everywhere (TX-05).
      await expectConsumed(one.browser, pending.url, before, tokenRequests)
      await expectConsumed(two.browser, pending.url, before, tokenRequests)
    },
  )

  it('that is reloaded while the token endpoint is slow is one exchange, and the reload signs in (CB-10)', async () => {
    const { browser, app } = await openStage(adapter, servers)
    const hold = Promise.withResolvers<void>()
    servers.idp.change({ endpoints: { token: () => hold.promise.then(() => 'default' as const) } })
    const pending = await pendingLogin(browser, '?return_to=/two')
    const given = browser.cookies.header(pending.url) ?? ''
    const first = request(app.address + pathOf(pending.url), { headers: { cookie: given, accept: 'text/html' } })
    first.on('error', () => undefined).end()
    await until(() => tokenRequests() === 1)
    first.destroy()
    const reload = pending.deliver()
    await new Promise((resolve) => setTimeout(resolve, 50))
    hold.resolve()
    expect([(await reload).status, tokenRequests()]).toEqual([303, 1])
    await expectSession(browser)
    expect(app.log()).not.toMatch(/unhandled|ERR_HTTP_HEADERS_SENT|write after end/)
  })

  it('with another code while its sign-in is being exchanged is refused, and ends nothing (CB-10)', async () => {
    const { browser } = await openStage(adapter, servers)
    const hold = Promise.withResolvers<void>()
    servers.idp.change({ endpoints: { token: () => hold.promise.then(() => 'default' as const) } })
    const pending = await pendingLogin(browser)
    const right = pending.deliver()
    await until(() => tokenRequests() === 1)
    expectClean(await arrive(browser.newTab(), altered(pending.url, { code: 'another' })), 400)
    hold.resolve()
    expect((await right).status).toBe(303)
    expect(tokenRequests()).toBe(1)
    await expectSession(browser)
  })

  it.each(STORES)(
    'that is reloaded at another process while the token endpoint is slow signs in there: %s (CB-10)',
    async (kind) => {
      const store = stores.open(kind)
      const one = await openStage(adapter, servers, { store })
      const two = await openStage(adapter, servers, { store })
      const hold = Promise.withResolvers<void>()
      servers.idp.change({ endpoints: { token: () => hold.promise.then(() => 'default' as const) } })
      const pending = await pendingLogin(one.browser, '?return_to=/two')
      two.browser.cookies.restore(one.browser.cookies.snapshot())
      const given = one.browser.cookies.header(pending.url) ?? ''
      const first = request(one.app.address + pathOf(pending.url), { headers: { cookie: given, accept: 'text/html' } })
      first.on('error', () => undefined).end()
      await until(() => tokenRequests() === 1)
      first.destroy()
      const reload = arrive(two.browser, pending.url)
      await new Promise((resolve) => setTimeout(resolve, 100))
      hold.resolve()
      expect([(await reload).status, (await reload).location, tokenRequests()]).toEqual([303, `${ORIGIN}/two`, 1])
      await expectSession(two.browser)
    },
  )

  it('that is delivered at once by a thief does not share the session of the owner (CB-10)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    const hold = Promise.withResolvers<void>()
    servers.idp.change({ endpoints: { token: () => hold.promise.then(() => 'default' as const) } })
    const pending = await pendingLogin(browser)
    const right = pending.deliver()
    await until(() => tokenRequests() === 1)
    const thief = newBrowser()
    const theft = arrive(thief, pending.url)
    await new Promise((resolve) => setTimeout(resolve, 30))
    hold.resolve()
    expectClean(await theft, 400)
    expect((await theft).setCookies).toEqual([])
    await expectNoSession(thief)
    expect((await right).status).toBe(303)
  })

  it('is not used up by HEAD, a prefetch or a prerender (CB-11)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const head = await browser.navigate(pending.url, { method: 'HEAD', redirects: 'manual' })
    expect([head.status, head.headers.get('allow'), head.text, head.setCookies]).toEqual([405, 'GET', '', []])
    for (const headers of [
      { 'sec-purpose': 'prefetch' },
      { 'sec-purpose': 'prefetch;prerender' },
      { 'sec-purpose': 'prefetch;anonymous-client-ip' },
      { purpose: 'prefetch' },
      { 'x-moz': 'prefetch' },
    ]) {
      const page = await browser.navigate(pending.url, { headers, redirects: 'manual' })
      expectClean(page, 403)
      expect(page.setCookies).toEqual([])
    }
    expect(tokenRequests()).toBe(0)
    expect((await pending.deliver()).status).toBe(303)
    await expectSession(browser)
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'HEAD'])(
    'is not taken with %s when it was asked for in the query (CB-12)',
    async (method) => {
      const { browser } = await openStage(adapter, servers)
      const pending = await pendingLogin(browser)
      const page = await browser.navigate(pending.url, { method, redirects: 'manual' })
      expect([page.status, page.setCookies]).toEqual([405, []])
      expect(page.headers.get('allow')).toBe('GET')
      expect(page.headers.get('cache-control')).toContain('no-store')
      expect(tokenRequests()).toBe(0)
      expect((await pending.deliver()).status).toBe(303)
    },
  )

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'HEAD'])(
    'is not taken with %s when it was asked for as a form post (CB-12)',
    async (method) => {
      const stage = await openStage(adapter, servers, { facts: { responseMode: 'form_post' } })
      const { action, fields } = await postedAnswer(stage.browser)
      const page = await stage.browser.navigate(`${action}?${fields}`, { method, redirects: 'manual' })
      expect([page.status, page.setCookies]).toEqual([405, []])
      expect(page.headers.get('allow')).toBe('POST')
      expect(tokenRequests()).toBe(0)
      expect((await post(stage, action, fields)).status).toBe(303)
    },
  )

  it.each([
    ['JSON', 'application/json', (fields: URLSearchParams) => JSON.stringify(Object.fromEntries(fields))],
    ['text', 'text/plain', String],
    ['nothing', '', String],
    ['a lie', 'application/x-www-form-urlencoded-not', String],
    ['a list of types', 'text/plain, application/x-www-form-urlencoded', String],
    ['multipart', 'multipart/form-data; boundary=x', multipart],
  ])('is not taken from a body that says it is %s (CB-13)', async (_, type, body) => {
    const stage = await openStage(adapter, servers, { facts: { responseMode: 'form_post' } })
    const { action, fields } = await postedAnswer(stage.browser)
    expectClean(await post(stage, action, body(fields), type), 415, 400)
    expect(tokenRequests()).toBe(0)
    await expectNoSession(stage.browser)
  })

  it('is refused as an empty form, and the next is taken (CB-13, CVE-2025-3891)', async () => {
    const stage = await openStage(adapter, servers, { facts: { responseMode: 'form_post' } })
    const { action, fields } = await postedAnswer(stage.browser)
    expectClean(await post(stage, action, ''), 400)
    expect(tokenRequests()).toBe(0)
    expect((await post(stage, action, fields)).status).toBe(303)
    await expectSession(stage.browser)
  })

  it.each([
    'application/x-www-form-urlencoded; charset=UTF-8',
    'application/x-www-form-urlencoded;charset=utf-8',
    'APPLICATION/X-WWW-FORM-URLENCODED',
    'Application/x-www-form-urlencoded ; Charset="utf-8"',
  ])('is taken from a form, spelt %s (CB-13)', async (type) => {
    const stage = await openStage(adapter, servers, { facts: { responseMode: 'form_post' } })
    const { action, fields } = await postedAnswer(stage.browser)
    expect((await post(stage, action, String(fields), type)).status).toBe(303)
    await expectSession(stage.browser)
  })

  it('as a form post takes nothing from the query (CB-13)', async () => {
    const stage = await openStage(adapter, servers, { facts: { responseMode: 'form_post' } })
    const { action, fields } = await postedAnswer(stage.browser)
    const rest = new URLSearchParams(fields)
    rest.delete('code')
    const code = `code=${fields.get('code')}`
    expectClean(await post(stage, `${action}?${code}`, rest), 400)
    expectClean(await post(stage, `${action}?${code}`, fields), 400)
    expectClean(await post(stage, `${action}?${fields}`, ''), 400)
    expectClean(await post(stage, `${action}?state=x`, fields), 400)
    expectClean(await post(stage, action, `${fields}&code=again`), 400)
    expectClean(await post(stage, action, `${fields}&code[]=again`), 400)
    expect(tokenRequests()).toBe(0)
    expect((await post(stage, action, fields)).status).toBe(303)
  })

  it('may carry a code of four kilobytes, which arrives whole (CB-14)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const code = 'c0de-'.repeat(820).slice(0, 4096)
    expectClean(await arrive(browser, altered(pending.url, { code })), 400)
    expect(servers.received('token').map(({ form }) => form.get('code'))).toEqual([code])
  })

  it('is refused when it is too much, and the next is taken (CB-14)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const much = [
      altered(pending.url, { state: 'x'.repeat(10_000) }),
      altered(pending.url, { code: 'x'.repeat(7_000) }),
      `${pending.url}&${'extra=1&'.repeat(60)}`,
      `${pending.url}&other=${'x'.repeat(9_000)}`,
      altered(pending.url, { code: 'a\r\nb' }),
      altered(pending.url, { code: 'a\0b' }),
      altered(pending.url, { code: 'ä' }),
      altered(pending.url, { state: `${pending.state}\u2028` }),
    ]
    for (const address of much) expectClean(await arrive(browser, address), 400)
    const huge = await browser.raw(
      `GET /auth/callback/idp?code=x&state=${'x'.repeat(1_000_000)} HTTP/1.1\r\nHost: app.example\r\n\r\n`,
    )
    expect([400, 413, 414, 431]).toContain(huge.status)
    expect(tokenRequests()).toBe(0)
    await expectAlive(browser)
    expect((await pending.deliver()).status).toBe(303)
  })

  it('as a form post is refused above 64 KiB, whether it says so before or not (CB-14)', async () => {
    const stage = await openStage(adapter, servers, { facts: { responseMode: 'form_post' } })
    const { action, fields } = await postedAnswer(stage.browser)
    expectClean(await post(stage, action, `${fields}&session_state=${'x'.repeat(60_000)}`), 400)
    expectClean(await post(stage, action, `${fields}&more=${'x'.repeat(70_000)}`), 413)
    const chunk = `${'x'.repeat(65_536)}`
    const chunked = await stage.browser.raw(
      `POST /auth/callback/idp HTTP/1.1\r\nHost: app.example\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
        `Transfer-Encoding: chunked\r\n\r\n${'10000\r\n'}${chunk}\r\n10000\r\n${chunk}\r\n0\r\n\r\n`,
    )
    expect(chunked.status).toBe(413)
    expect(tokenRequests()).toBe(0)
    await expectAlive(stage.browser)
    expect((await post(stage, action, fields)).status).toBe(303)
  })

  it('may bring parameters nobody asked for, even twice (CB-15)', async () => {
    servers.idp.change({
      authorizationResponse: { session_state: 'x.y', authuser: '0', prompt: 'none', scope: ['a', 'b'], hd: '<script>' },
    })
    const { browser } = await openStage(adapter, servers)
    const page = await signIn(browser, '/two')
    expect([page.status, page.url]).toEqual([200, `${ORIGIN}/two`])
    await expectSession(browser)
  })

  it('makes no credential of the tokens it brings (CB-16)', async () => {
    const { browser } = await openStage(adapter, servers)
    const planted = { access_token: 'planted-access-token', token_type: 'Bearer', id_token: 'e30.e30.', token: 'x' }
    const pending = await pendingLogin(browser)
    const page = await arrive(browser, `${altered(pending.url, planted)}&response=e30.e30.x`)
    if (page.status === 303) await expectSession(browser)
    else await expectNoSession(browser)

    const without = await pendingLogin(browser)
    expectClean(await arrive(browser, altered(without.url, { ...planted, code: undefined })), 400)
    await signIn(browser)
    const { digest } = (await browser.fetch('/token')).json() as { digest: string }
    const octets = await crypto.subtle.digest('SHA-256', Buffer.from('planted-access-token'))
    expect(digest).not.toBe(Buffer.from(octets).toString('base64url'))
  })

  it('is worth nothing without the verifier, whose cookie the browser has lost (CB-17)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    browser.cookies.clear(transactionCookies(browser)[0]?.name)
    expectClean(await pending.deliver(), 400)
    expect(tokenRequests()).toBe(0)
    await expectNoSession(browser)
  })

  it('is always exchanged with a verifier that fits the challenge (CB-17)', async () => {
    servers.idp.change({ codeChallenge: 'required' })
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    expect(servers.received('token')[0]?.form.get('code_verifier')).toMatch(/^[A-Za-z0-9._~-]{43,128}$/)
    await expectSession(browser)
  })

  it('is answered by a redirect to a clean address, without a body (CB-18, CB-19)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser, '?return_to=/two')
    const page = await arrive(browser, pending.url)
    expect([302, 303]).toContain(page.status)
    expect(page.headers.get('location')).toBe(`${ORIGIN}/two`)
    expect(page.text).toBe('')
    expect(JSON.stringify([...page.headers])).not.toContain(pending.code)
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('cache-control')).toContain('no-store')
    expectSafeLocation(page)
  })

  it('is answered with no-store and no-referrer when it fails, too (CB-19)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const answers = [
      await arrive(browser, '/auth/callback/idp'),
      await arrive(browser, '/auth/callback/idp?error=access_denied'),
      await arrive(browser, '/auth/callback/nobody?code=x&state=y'),
      await arrive(browser, altered(pending.url, { iss: EVIL })),
      await browser.navigate(pending.url, { method: 'POST', redirects: 'manual' }),
      await browser.fetch('/auth/callback/idp?code=x&state=y', { from: ORIGIN }),
    ]
    for (const page of answers) {
      expect(page.status).toBeGreaterThanOrEqual(400)
      expect(page.headers.get('referrer-policy')).toBe('no-referrer')
      expect(page.headers.get('cache-control')).toContain('no-store')
      expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  it('changes nothing for a signed-in user unless they asked for it, and then it is a new session (CB-20)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    await signIn(browser)
    const old = browser.cookies.get(SESSION)?.value
    const foreign = await pendingLogin(newBrowser())
    for (const address of [
      foreign.url,
      '/auth/callback/idp?code=x&state=y',
      '/auth/callback/idp?error=access_denied&state=y',
      '/auth/callback/idp?error=access_denied',
      '/auth/callback/idp',
    ]) {
      const page = await arrive(browser, address)
      expectClean(page)
      expect(page.setCookies).toEqual([])
      await expectSession(browser)
    }
    expect(browser.cookies.get(SESSION)?.value).toBe(old)

    servers.idp.change({ user: { sub: 'user-2' } })
    await signIn(browser)
    expect(browser.cookies.get(SESSION)?.value).not.toBe(old)
    await expectSession(browser, 'user-2')
    const thief = newBrowser()
    const page = await thief.navigate('/members', { headers: { cookie: `${SESSION}=${old}` }, redirects: 'manual' })
    expect(page.status).toBe(303)
  })

  it('may be asked for by a third party that names a known issuer and a target of ours (CB-21)', async () => {
    const providers = [idpOf(servers.idp), idpOf(servers.other, {}, 'other')]
    const { browser } = await openStage(adapter, servers, { providers })
    const asked = new URLSearchParams({
      iss: servers.idp.issuer,
      target_link_uri: `${ORIGIN}/two?a=1`,
      login_hint: 'ada',
      unknown: 'x',
      client_id: 'evil',
    })
    const fromAfar = { from: `${servers.idp.origin}/portal` }
    for (const path of ['/auth/login', '/auth/login/idp']) {
      const page = await browser.navigate(`${path}?${asked}`, fromAfar)
      expect([page.status, page.url]).toEqual([200, `${ORIGIN}/two?a=1`])
      const posted = await browser.navigate(path, { ...fromAfar, method: 'POST', body: asked })
      expect([posted.status, posted.url]).toEqual([200, `${ORIGIN}/two?a=1`])
    }
    const requests = servers.received('authorization').map(({ query }) => query)
    expect(requests.map((query) => query.get('login_hint'))).toEqual(['ada', 'ada', 'ada', 'ada'])
    expect(requests.map((query) => query.get('client_id'))).toEqual(['rows', 'rows', 'rows', 'rows'])
    expect(servers.received('authorization', servers.other)).toEqual([])
  })

  it.each([
    `${EVIL}/`,
    '//evil.example',
    `${ORIGIN}.evil.example/`,
    `${ORIGIN}@evil.example/`,
    `${ORIGIN}:8443/`,
    'http://app.example/',
    `${ORIGIN}//evil.example`,
    `${ORIGIN}/.//evil.example`,
    `${ORIGIN}/\\evil.example`,
    `${ORIGIN}/\t/evil.example`,
    `${ORIGIN}/auth/logout`,
    'javascript:alert(1)',
    'http://[',
    'HTTPS://APP.EXAMPLE/two',
    '',
  ])('goes to the start when the third party’s target is %j (CB-21)', async (target) => {
    const { browser } = await openStage(adapter, servers)
    const asked = new URLSearchParams({ iss: servers.idp.issuer, target_link_uri: target })
    const page = await browser.navigate(`/auth/login?${asked}`, { from: EVIL })
    expect([page.status, page.url]).toEqual([200, `${ORIGIN}/`])
    expectSafeLocation(page, servers.idp.endpoints.authorization)
  })

  it('is not asked for when the third party’s issuer is unknown, doubled, or another’s (CB-21)', async () => {
    const providers = [idpOf(servers.idp), idpOf(servers.other, {}, 'other')]
    const { browser } = await openStage(adapter, servers, { providers })
    const { issuer } = servers.idp
    for (const address of [
      `/auth/login?iss=${servers.evil.origin}`,
      '/auth/login?iss=',
      `/auth/login?iss=${issuer}&iss=${servers.evil.origin}`,
      `/auth/login?iss=${issuer}/`,
      `/auth/login/other?iss=${issuer}`,
    ]) {
      const page = await browser.navigate(address, { from: EVIL, redirects: 'manual' })
      expectClean(page, 400)
      expect(page.setCookies).toEqual([])
    }
    expect(servers.evil.connections).toBe(0)
  })

  it('is not asked for inside a frame (CB-21)', async () => {
    const { browser } = await openStage(adapter, servers)
    const page = await browser.embed(`${ORIGIN}/auth/login?iss=${servers.idp.issuer}`, {
      as: 'iframe',
      from: EVIL,
      redirects: 'manual',
    })
    expectClean(page, 403)
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(transactionCookies(browser)).toEqual([])
  })

  // CB-22: a state is never compared with a secret character by character: its SHA-256 names the cookie that is
  // looked up, and the seal of that cookie is opened under this name. There is nothing whose time would tell.
  it('is found by a digest of its state, which says nothing about it (CB-22)', async () => {
    const { browser } = await openStage(adapter, servers)
    const { state } = await pendingLogin(browser)
    const [cookie] = transactionCookies(browser)
    expect(cookie?.name.slice(TRANSACTION.length)).toMatch(/^[A-Za-z0-9_-]{16,}$/)
    expect(cookie?.name).not.toContain(state.slice(0, 8))
  })

  it('of AniList may be a denial that has lost its state: cancelled, and nothing is touched (anilist.md)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const page = await arrive(browser, '/auth/callback/idp?error=access_denied&state=')
    expectClean(page, 400)
    expect(page.text).toContain('sign_in_cancelled')
    expect(page.setCookies).toEqual([])
    expect((await pending.deliver()).status).toBe(303)
  })
})

/** The answer as the provider's page would post it. */
async function postedAnswer(browser: Browser): Promise<{ action: string; fields: URLSearchParams }> {
  const { text } = await (await startLogin(browser)).follow()
  const values = [...text.matchAll(/name="([^"]+)" value="([^"]*)"/g)]
  return {
    action: `${ORIGIN}/auth/callback/idp`,
    fields: new URLSearchParams(values.map(([, name = '', value = '']): [string, string] => [name, value])),
  }
}

function post(
  { browser }: Stage,
  action: string,
  body: URLSearchParams | string,
  type = 'application/x-www-form-urlencoded',
): Promise<Page> {
  return browser.navigate(action, {
    method: 'POST',
    body: String(body),
    headers: { 'content-type': type },
    from: 'http://localhost/authorize',
    redirects: 'manual',
  })
}

function multipart(fields: URLSearchParams): string {
  const parts = [...fields].map(
    ([name, value]) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}`,
  )
  return `${parts.join('\r\n')}\r\n--x--\r\n`
}

function swapCase(text: string): string {
  return [...text].map((one) => (one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase())).join('')
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200 && !condition(); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(condition()).toBe(true)
}
