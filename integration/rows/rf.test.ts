import { request } from 'node:http'
import type { Store } from '@postern/core'
import { type Browser, html, inTurn, json, type OverrideFunction, type Page } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { ADAPTERS } from '../apps.ts'
import { expectAnonymous, expectNoSession, expectSession, sessionCookies } from '../outcomes.ts'
import { startProcess } from '../processes.ts'
import { CLIENT_SECRET, ORIGIN, openStage, type StageOptions, signIn, useServers } from '../stage.ts'
import { STORES, useStores } from '../stores.ts'

const servers = useServers()
const stores = useStores()
const LIFETIME = 100

/** Requests that presented a refresh token. */
const refreshes = () => servers.received('token').filter(({ form }) => form.get('grant_type') === 'refresh_token')
const presented = () => refreshes().map(({ form }) => form.get('refresh_token'))

describe.each(ADAPTERS)('on %s, renewing a token', (adapter) => {
  /** A signed-in browser, and a clock that can be put forward. */
  const signedIn = async (options: StageOptions = {}, kind: 'sealed' | (typeof STORES)[number] = 'sealed') => {
    let time = Date.now()
    const now = () => time
    servers.idp.change({ accessTokenLifetime: LIFETIME })
    const stage = await openStage(adapter, servers, {
      now,
      ...(kind === 'sealed' ? {} : { store: stores.open(kind, { now }) }),
      ...options,
    })
    await signIn(stage.browser)
    const expire = (seconds = LIFETIME + 1) => {
      time += seconds * 1000
    }
    return { ...stage, expire }
  }

  it('proves the client, and asks for no more scope than was granted (RF-01, RF-12)', async () => {
    const { browser, expire } = await signedIn()
    expire()
    expect((await token(browser)).status).toBe(200)
    const [request] = refreshes()
    expect(request?.form.get('client_secret')).toBe(CLIENT_SECRET)
    expect([...(request?.form.keys() ?? [])].sort()).toEqual([
      'client_id',
      'client_secret',
      'grant_type',
      'refresh_token',
    ])
  })

  it.each(['sealed', ...STORES] as const)(
    'goes on with the new refresh token each time, and never twice with one: %s (RF-02)',
    async (kind) => {
      const { browser, expire } = await signedIn({}, kind)
      const digests = new Set<string>()
      for (let round = 0; round < 5; round += 1) {
        expire()
        const page = await token(browser)
        expect([round, page.status]).toEqual([round, 200])
        digests.add(page.text)
      }
      expect([digests.size, new Set(presented()).size, presented().length]).toEqual([5, 5, 5])
      await expectSession(browser)
    },
  )

  it.each(['sealed', 'memory'] as const)(
    'keeps the old refresh token where the provider sends no new one: %s (RF-02)',
    async (kind) => {
      servers.idp.change({ refreshTokens: 'static' })
      const { browser, expire } = await signedIn({}, kind)
      for (let round = 0; round < 3; round += 1) {
        expire()
        expect((await token(browser)).status).toBe(200)
      }
      expect([new Set(presented()).size, presented().length]).toEqual([1, 3])
    },
  )

  it.each(['sealed', ...STORES] as const)(
    'is done once for fifty requests that find it due at once: %s (RF-03)',
    async (kind) => {
      const { browser, expire } = await signedIn({}, kind)
      expire()
      const pages = await Promise.all(Array.from({ length: 50 }, () => token(browser)))
      expect(pages.map(({ status }) => status)).toEqual(new Array(50).fill(200))
      expect(new Set(pages.map(({ text }) => text)).size).toBe(1)
      expect(presented().length).toBe(1)
      await expectSession(browser)
    },
  )

  it('is done once when it takes its time, and the requests that come meanwhile wait for it (RF-03)', async () => {
    const { browser, expire } = await signedIn()
    expire()
    const hold = Promise.withResolvers<void>()
    servers.idp.change({ endpoints: { token: () => hold.promise.then(() => 'default' as const) } })
    const first = token(browser)
    await until(() => refreshes().length === 1)
    const others = Promise.all([1, 2, 3].map(() => token(browser)))
    await new Promise((resolve) => setTimeout(resolve, 50))
    hold.resolve()
    for (const page of [await first, ...(await others)]) expect(page.status).toBe(200)
    expect(refreshes().length).toBe(1)
  })

  it('is finished for a client that has left, and nothing of it is lost (CVE-2022-29228)', async () => {
    const { app, browser, expire } = await signedIn()
    expire()
    const hold = Promise.withResolvers<void>()
    servers.idp.change({ endpoints: { token: () => hold.promise.then(() => 'default' as const) } })
    const cookie = browser.cookies.header(`${ORIGIN}/token`) ?? ''
    const left = request(`${app.address}/token`, { headers: { cookie } })
    left.on('error', () => undefined).end()
    await until(() => refreshes().length === 1)
    left.destroy()
    await new Promise((resolve) => setTimeout(resolve, 50))
    hold.resolve()
    expect((await token(browser)).status).toBe(200)
    expect(refreshes().length).toBe(1)
    expect(app.log()).not.toMatch(/unhandled|ERR_HTTP_HEADERS_SENT|write after end/)
    await expectSession(browser)
  })

  it('is shared by tabs that set out with the cookie of before (RF-06)', async () => {
    const { browser, expire, newBrowser } = await signedIn()
    const old = browser.cookies.snapshot()
    expire()
    expect((await token(browser)).status).toBe(200)
    // A request that left before the new cookie was there arrives after it.
    const late = newBrowser()
    late.cookies.restore(old)
    expect((await token(late)).status).toBe(200)
    expect(refreshes().length).toBe(1)
    // And what it was given is as good as what the first one was given.
    expire()
    expect((await token(late)).status).toBe(200)
    expect(new Set(presented()).size).toBe(2)
    await expectSession(late)
  })

  it.each([
    ['400', json(400, { error: 'invalid_grant' })],
    [
      '400 with another label',
      { status: 400, headers: { 'content-type': 'text/plain' }, body: '{"error":"invalid_grant"}' },
    ],
    [
      '401 with a challenge',
      json(401, { error: 'invalid_grant' }, { 'www-authenticate': 'Bearer error="invalid_grant"' }),
    ],
    [
      '401 with nothing but a challenge',
      { status: 401, headers: { 'www-authenticate': 'Bearer realm="idp", error="invalid_grant"' }, body: '' },
    ],
    ['200', json(200, { error: 'invalid_grant' })],
    ['200 beside an empty token', json(200, { error: 'invalid_grant', access_token: '' })],
    // What real servers say of a refresh token that is dead: providers-measured.md.
    ['400 invalid_request', json(400, { error: 'invalid_request' })],
    ['401 invalid_request', json(401, { error: 'invalid_request', message: 'The refresh token is invalid.' })],
    ['400 with an empty body', { status: 400, body: '' }],
    ['403', json(403, { error: 'invalid_token' })],
    ['404', json(404, { error: 'invalid_grant' })],
    ['410', json(410, { error: 'invalid_grant' })],
    ['422', json(422, { error: 'invalid_grant' })],
    ['403 with an empty body', { status: 403, body: '' }],
  ])(
    'that the provider refuses for good as %s ends the session, and is not tried again (RF-07, SC-13)',
    async (_, answer) => {
      for (const kind of ['sealed', 'memory'] as const) {
        const { browser, expire, events } = await signedIn({}, kind)
        expire()
        servers.idp.change({ endpoints: { token: answer } })
        const before = refreshes().length
        const page = await token(browser)
        expect([kind, page.status]).toEqual([kind, 401])
        expect(page.setCookies.some((line) => /^__Host-postern\.session=; Max-Age=0/.test(line))).toBe(true)
        for (let count = 0; count < 10; count += 1) expect((await token(browser)).status).toBe(401)
        expect(refreshes().length - before).toBe(1)
        await expectNoSession(browser)
        expect(events).toContainEqual(expect.objectContaining({ type: 'session_ended', cause: 'grant_dead' }))
        servers.idp.restore()
      }
    },
  )

  it('that the provider refuses ends it for a copy of the cookie, too (RF-07)', async () => {
    const { browser, expire } = await signedIn()
    const copy = browser.cookies.snapshot()
    expire()
    servers.idp.change({ endpoints: { token: json(400, { error: 'invalid_grant' }) } })
    await token(browser)
    browser.cookies.restore(copy)
    await expectAnonymous(browser)
    expect((await token(browser)).status).toBe(401)
    expect(refreshes().length).toBe(1)
  })

  it.each([
    ['a 503', json(503, {}, { 'retry-after': '2' })],
    ['a 500 with an error', json(500, { error: 'server_error' })],
    ['a 502 page', html(502, '<h1>Bad gateway</h1>')],
    ['a 429', json(429, {})],
    ['a challenge page of a firewall', html(403, '<title>Just a moment...</title>')],
    ['a challenge in JSON', json(403, { challenge: true }, { 'cf-mitigated': 'challenge' })],
    ['a challenge without a body', { status: 403, headers: { 'cf-mitigated': 'challenge' }, body: '' }],
    ['the JSON of a firewall', json(403, { message: 'Forbidden' })],
    ['the JSON of an outage', json(403, { data: null, errors: [{ message: 'temporarily disabled', status: 403 }] })],
    ['a 403 that says when to come back', json(403, { error: 'abuse_detected' }, { 'retry-after': '2' })],
    ['an empty 403 that says when to come back', { status: 403, headers: { 'retry-after': '2' }, body: '' }],
    ['a 400 that says when to come back', json(400, { error: 'quota' }, { 'retry-after': '2' })],
    ['a 400 by the name of a rate limit', json(400, { error: 'too_many_requests' })],
    ['silence', 'hang' as const],
    ['a broken connection', 'reset' as const],
    ['half an answer', { status: 200, headers: { 'content-length': '90' }, body: '{"acc', after: 'reset' as const }],
    ['a page', html(200, '<h1>hello</h1>')],
    ['no JSON', { status: 200, headers: { 'content-type': 'application/json' }, body: '{"access' }],
    ['an answer without a token', json(200, { token_type: 'Bearer' })],
    ['a list', json(200, [])],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' }, body: '' }],
    ['a page that was not found', html(404, '<h1>Not found</h1>')],
  ])(
    'that meets %s keeps the session: what still works is used, what does not is a 503, and then it heals (RF-08)',
    async (_, answer) => {
      const { browser, expire } = await signedIn({ facts: { timeout: 1 } })
      servers.idp.change({ endpoints: { token: answer } })
      // Due, and not yet over.
      expire(LIFETIME - 2)
      expect((await token(browser)).status).toBe(200)
      expire(10)
      const page = await token(browser)
      expect([page.status, page.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)])
      await expectSession(browser)
      expect(sessionCookies(browser).length).toBeGreaterThan(0)
      servers.idp.restore()
      servers.idp.change({ accessTokenLifetime: LIFETIME })
      expire(10)
      const healed = await token(browser)
      expect(healed.status).toBe(200)
      expect(servers.received('authorization').length).toBe(1)
    },
  )

  it('that meets a provider nobody can reach keeps the session, and heals (RF-08)', async () => {
    const { browser, expire } = await signedIn({ facts: { timeout: 1 } })
    expire()
    await servers.idp.pause()
    try {
      const page = await token(browser)
      expect([page.status, page.headers.get('retry-after') !== null]).toEqual([503, true])
      await expectSession(browser)
    } finally {
      await servers.idp.resume()
    }
    expire(10)
    expect((await token(browser)).status).toBe(200)
  })

  it('that is answered while the store is away serves at once, and is written down when it is back (RF-08)', async () => {
    let isAway = false
    const store = failingWhile(() => isAway, stores.open('memory'))
    const { browser, expire, events } = await signedIn({ store })
    expire()
    servers.idp.change({
      endpoints: {
        token: async (_request, defaultAnswer) => {
          isAway = true
          return defaultAnswer()
        },
      },
    })
    expect((await token(browser)).status).toBe(200)
    isAway = false
    servers.idp.restore()
    await until(() => events.some(({ type }) => type === 'token_refreshed'))
    expire()
    expect((await token(browser)).status).toBe(200)
    expect([new Set(presented()).size, presented().length]).toEqual([2, 2])
  })

  it.each(['invalid_client', 'unauthorized_client', 'invalid_scope'])(
    'that is refused with %s is the operator’s business: the session stays, and the provider is not stormed (RF-09)',
    async (error) => {
      const { browser, expire, events } = await signedIn()
      expire()
      servers.idp.change({ endpoints: { token: json(error === 'invalid_client' ? 401 : 400, { error }) } })
      for (let count = 0; count < 100; count += 1) {
        const page = await token(browser)
        expect(page.status).toSatisfy((status: number) => [502, 503].includes(status))
      }
      expect(refreshes().length).toBeLessThanOrEqual(3)
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'refresh_failed', class: 'operator', code: 'client_refused' }),
      )
      await expectSession(browser)
      servers.idp.restore()
      expire(6)
      expect((await token(browser)).status).toBe(200)
    },
  )

  it('that was answered and not heard is tried once more, and what is dead by then ends the session cleanly (RF-10)', async () => {
    for (const kind of ['sealed', 'memory'] as const) {
      const { browser, expire } = await signedIn({}, kind)
      expire()
      servers.idp.change({ endpoints: { token: inTurn(rotateAndLose, 'default') } })
      const before = refreshes().length
      expect((await token(browser)).status).toBe(401)
      expect(refreshes().length - before).toBe(2)
      await expectNoSession(browser)
      for (let count = 0; count < 3; count += 1) expect((await token(browser)).status).toBe(401)
      expect(refreshes().length - before).toBe(2)
      servers.idp.restore()
    }
  })

  it('that was lost twice is an outage: the session stays, and is renewed when the provider is back (decision 17)', async () => {
    servers.idp.change({ refreshTokens: 'static' })
    const { browser, expire } = await signedIn()
    expire()
    servers.idp.change({ endpoints: { token: inTurn('reset', 'reset') } })
    const page = await token(browser)
    expect([page.status, page.headers.get('retry-after') !== null]).toEqual([503, true])
    expect(refreshes().length).toBe(2)
    await expectSession(browser)
    expire(6)
    expect((await token(browser)).status).toBe(200)
  })

  it('that was answered and not heard succeeds the second time where the provider allows it (RF-10)', async () => {
    servers.idp.change({ refreshTokens: 'static' })
    const { browser, expire } = await signedIn()
    expire()
    servers.idp.change({ endpoints: { token: inTurn('reset', 'default') } })
    expect((await token(browser)).status).toBe(200)
    expect(refreshes().length).toBe(2)
  })

  it.each<[string, (right: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>]>([
    ['somebody else', (right) => ({ ...right, sub: 'user-2' })],
    ['nobody', ({ sub: _, ...rest }) => rest],
    ['the user of another issuer', (right) => ({ ...right, iss: 'https://evil.example' })],
    ['the user, for another client', (right) => ({ ...right, aud: 'another' })],
    ['the user, in the past', (right) => ({ ...right, exp: 1, iat: 1 })],
  ])('that brings an ID token of %s ends the session, and its token is used for nothing (RF-11)', async (_, claims) => {
    const { browser, expire } = await signedIn({ facts: { apiOrigins: [servers.idp.origin] } })
    servers.idp.change({ idToken: { claims } })
    expire()
    const asked = servers.received('userinfo').length
    const page = await browser.fetch(`/api?to=${servers.idp.endpoints.userinfo}`, { from: ORIGIN })
    expect(page.status).toBe(401)
    expect(servers.received('userinfo').length).toBe(asked)
    await expectNoSession(browser)
  })

  it.each([
    ['signed by another key', { signWith: 'unpublished-key' as const }],
    ['not signed', { signWith: 'nothing' as const }],
    ['with another nonce', { claims: { nonce: 'another' } }],
    ['with another auth_time', { claims: { auth_time: 1 } }],
  ])('that brings an ID token %s ends the session too (RF-11)', async (_, idToken) => {
    const { browser, expire } = await signedIn()
    servers.idp.change({ idToken })
    expire()
    expect((await token(browser)).status).toBe(401)
    await expectNoSession(browser)
  })

  it('that brings the auth_time of a later sign-in goes on where the definition says that it does (RF-11)', async () => {
    const { browser, expire } = await signedIn({ facts: { authTimeOnRefresh: 'latest' } })
    servers.idp.change({ idToken: { claims: { auth_time: 1 } } })
    expire()
    expect((await token(browser)).status).toBe(200)
    await expectSession(browser)
  })

  it('that brings none, or the right one, goes on (RF-11)', async () => {
    for (const idTokenOnRefresh of ['omitted', 'issued'] as const) {
      const { browser, expire } = await signedIn()
      servers.idp.change({ idTokenOnRefresh })
      expire()
      expect((await token(browser)).status).toBe(200)
      await expectSession(browser)
    }
  })

  it('happens a little before the token ends, once, and for nothing but a use of it (RF-13)', async () => {
    const { browser, expire } = await signedIn()
    expire(LIFETIME / 2)
    await token(browser)
    expect(refreshes().length).toBe(0)
    expire(LIFETIME / 2 - 2)
    await token(browser)
    expect(refreshes().length).toBe(1)
    expire(LIFETIME + 1)
    for (const path of ['/auth/session', '/members', '/health', '/public/a', '/auth/login', '/whoami']) {
      for (let count = 0; count < 3; count += 1) await browser.fetch(path, { from: ORIGIN })
    }
    await browser.fetch('/auth/logout', { from: ORIGIN, method: 'POST' })
    expect(refreshes().length).toBe(1)
  })

  it('does not happen to everybody at the same moment (RF-13)', async () => {
    let time = Date.now()
    servers.idp.change({ accessTokenLifetime: 600 })
    const { newBrowser } = await openStage(adapter, servers, { now: () => time })
    const browsers: Browser[] = []
    for (let count = 0; count < 12; count += 1) {
      time += 83
      const browser = newBrowser()
      await signIn(browser)
      browsers.push(browser)
    }
    time += 555_000
    for (const browser of browsers) await token(browser)
    const early = refreshes().length
    time += 20_000
    for (const browser of browsers) await token(browser)
    expect(early).toBeGreaterThan(0)
    expect(early).toBeLessThan(12)
    expect(refreshes().length).toBe(12)
  })

  it('is forced once by an API that refuses the token, and the request is sent once more (RF-14)', async () => {
    const { browser } = await signedIn({ facts: { apiOrigins: [servers.idp.origin] } })
    const api = servers.idp.endpoints.userinfo
    const refused = json(401, { refused: true }, { 'www-authenticate': 'Bearer error="invalid_token"' })
    servers.idp.change({ endpoints: { userinfo: inTurn(refused) } })
    const asked = servers.received('userinfo').length
    const healed = await browser.fetch(`/api?to=${api}`, { from: ORIGIN })
    expect(healed.json()).toMatchObject({ status: 200 })
    expect([servers.received('userinfo').length - asked, refreshes().length]).toEqual([2, 1])

    // An API that always refuses is asked twice at most, and a body is sent once.
    servers.idp.change({ endpoints: { userinfo: refused } })
    const again = servers.received('userinfo').length
    expect((await browser.fetch(`/api?to=${api}`, { from: ORIGIN })).json()).toMatchObject({ status: 401 })
    expect(servers.received('userinfo').length - again).toBeLessThanOrEqual(2)
    const posted = servers.received('userinfo').length
    expect((await browser.fetch(`/api?to=${api}&method=POST`, { from: ORIGIN })).json()).toMatchObject({ status: 401 })
    expect(servers.received('userinfo').length - posted).toBe(1)
    await expectSession(browser)
  })

  it.each(['sealed', ...STORES] as const)(
    'that a sign-out overtakes brings nothing back, and what it won is revoked: %s (RF-15)',
    async (kind) => {
      const { browser, expire } = await signedIn({}, kind)
      const copy = browser.cookies.snapshot()
      expire()
      const hold = Promise.withResolvers<void>()
      let won = ''
      servers.idp.change({
        endpoints: {
          token: async (_request, defaultAnswer) => {
            const answer = await defaultAnswer()
            won = JSON.parse(String(answer.body)).refresh_token
            await hold.promise
            return answer
          },
        },
      })
      const slow = token(browser)
      await until(() => won !== '')
      expect((await browser.fetch('/auth/logout', { from: ORIGIN, method: 'POST' })).status).toBe(200)
      hold.resolve()
      const page = await slow
      expect(page.setCookies.filter((line) => !line.includes('Max-Age=0'))).toEqual([])
      await until(() => servers.received('revocation').some(({ form }) => form.get('token') === won))
      await expectNoSession(browser)
      browser.cookies.restore(copy)
      await expectAnonymous(browser)
      expect((await token(browser)).status).toBe(401)
    },
  )
})

describe('renewing a token in processes that share a store, one on each adapter', () => {
  /** Two processes, and a browser at each with the same session. */
  const twoProcesses = async (timeout = 2) => {
    const redis = { url: stores.redisUrl, prefix: stores.newPrefix() }
    const settings = { issuer: servers.idp.issuer, redis, timeout }
    const [one, two] = await Promise.all(ADAPTERS.map((adapter) => startProcess({ ...settings, adapter })))
    if (one === undefined || two === undefined) return expect.unreachable()
    const browser = one.newBrowser()
    await signIn(browser)
    const other = two.newBrowser()
    other.cookies.restore(browser.cookies.snapshot())
    return { one, browser, other }
  }

  it('is done once by two of them with twenty-five requests each (RF-04)', async () => {
    servers.idp.change({ accessTokenLifetime: 2 })
    const { browser, other } = await twoProcesses()
    for (let round = 1; round <= 3; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 2_050))
      const pages = await Promise.all(
        Array.from({ length: 50 }, (_, index) => token(index % 2 === 0 ? browser : other)),
      )
      expect(pages.map(({ status }) => status)).toEqual(new Array(50).fill(200))
      expect(new Set(presented()).size).toBe(presented().length)
      expect(presented().length).toBe(round)
    }
  }, 40_000)

  it('goes on when the one that does it is killed: after its lease, and without it (RF-05)', async () => {
    servers.idp.change({ accessTokenLifetime: 2, refreshTokens: 'static' })
    const { one, browser, other } = await twoProcesses(1)
    await new Promise((resolve) => setTimeout(resolve, 2_050))
    servers.idp.change({ endpoints: { token: inTurn('hang', 'default') } })
    const lost = token(browser).catch(() => undefined)
    await until(() => refreshes().length === 1)
    one.child.kill('SIGKILL')
    await lost
    const startedAt = performance.now()
    const page = await token(other)
    expect(page.status).toBe(200)
    // The lease is the deadline of a call and at most five seconds (decision 15).
    expect(performance.now() - startedAt).toBeLessThan(9_000)
    expect(refreshes().length).toBe(2)
    await expectSession(other)
  }, 40_000)

  it('goes on when the one that does it is only stopped, and what it writes later does not count (RF-05)', async () => {
    servers.idp.change({ accessTokenLifetime: 2, refreshTokens: 'static' })
    const { one, browser, other } = await twoProcesses(1)
    await new Promise((resolve) => setTimeout(resolve, 2_050))
    const hold = Promise.withResolvers<void>()
    servers.idp.change({
      accessTokenLifetime: 600,
      endpoints: { token: inTurn((_request, defaultAnswer) => hold.promise.then(defaultAnswer), 'default') },
    })
    const late = token(browser)
    await until(() => refreshes().length === 1)
    one.child.kill('SIGSTOP')
    const renewed = await token(other)
    expect(renewed.status).toBe(200)
    // The first answer arrives at last, at a process that has lost its lease.
    hold.resolve()
    await new Promise((resolve) => setTimeout(resolve, 100))
    one.child.kill('SIGCONT')
    await late
    expect((await token(other)).text).toBe(renewed.text)
    expect((await token(browser)).text).toBe(renewed.text)
  }, 40_000)
})

/** A store that cannot be reached as long as a condition holds. */
function failingWhile(isAway: () => boolean, store: Store): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      return isAway() ? () => Promise.reject(new Error('connection lost')) : target[name]
    },
  })
}

const rotateAndLose: OverrideFunction = async (_request, defaultAnswer) => {
  await defaultAnswer()
  return 'reset'
}

/** What a route that uses the token says. */
function token(browser: Browser): Promise<Page> {
  return browser.fetch('/token', { from: ORIGIN })
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 400 && !condition(); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(condition()).toBe(true)
}
