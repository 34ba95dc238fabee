import { inspect } from 'node:util'
import { GatewayError, type Store } from '@postern/core'
import type { Browser, Page } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { ADAPTERS } from '../apps.ts'
import {
  expectAlive,
  expectAnonymous,
  expectClean,
  expectNoLeak,
  expectNoSession,
  expectSession,
  sessionCookies,
  textOf,
} from '../outcomes.ts'
import { idpOf, ORIGIN, openStage, pendingLogin, SECRET, SESSION, signIn, startLogin, useServers } from '../stage.ts'
import { STORES, useStores } from '../stores.ts'

const servers = useServers()
const stores = useStores()
const OTHER_SECRET = 'another-secret-of-these-tests-3f9Lq0Zt7Wb2'

describe.each(ADAPTERS)('on %s, a session', (adapter) => {
  it('has cookies that are Secure, HttpOnly, host-only and Lax, all its life (SC-01, SC-03)', async () => {
    let time = Date.now()
    sized(5_000)
    const { browser } = await openStage(adapter, servers, { now: () => time })
    const lines: string[] = []
    const note = ({ chain }: Page) => lines.push(...chain.flatMap(({ setCookies }) => setCookies))
    note(await startLogin(browser))
    note(await signIn(browser))
    time += 3 * 86_400_000
    note(await browser.navigate('/members'))
    note(await (await browser.navigate('/auth/logout')).submit({}, { redirects: 'manual' }))
    expect(lines.filter((line) => line.startsWith(`${SESSION}.1=`)).length).toBeGreaterThanOrEqual(3)
    for (const line of lines) {
      expect(line).toMatch(/^__Host-postern\.[\w.-]+=[\w.-]*; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
      expect(line.length).toBeLessThanOrEqual(4096 + 80)
      const maxAge = Number(/Max-Age=(\d+)/.exec(line)?.[1])
      expect(maxAge).toBeLessThanOrEqual(400 * 86_400)
    }
    expect(browser.cookies.refused).toEqual([])
  })

  // SC-02: Lax, because the redirect that ends a sign-in is cross-site, and Strict cookies would not come along on it
  // (decision 1).
  it('is there on the page the sign-in ends at, with no loop in between (SC-02)', async () => {
    const { browser } = await openStage(adapter, servers)
    const page = await browser.navigate('/members', { from: 'https://elsewhere.example/' })
    expect([page.status, page.url]).toEqual([200, `${ORIGIN}/members`])
    expect(page.chain.filter(({ url }) => url.includes('/auth/login')).length).toBe(1)
    expect(browser.cookies.refused).toEqual([])
  })

  it('has plain names over http on loopback, where browsers refuse the prefix, and works (SC-03)', async () => {
    const origin = 'http://127.0.0.1:4000'
    servers.idp.register({
      id: 'local',
      authentication: { method: 'client_secret_post', secret: SECRET },
      redirectUris: [`${origin}/auth/callback/idp`],
    })
    const providers = [idpOf(servers.idp, { clientId: 'local', clientSecret: SECRET })]
    const { app, newBrowser } = await openStage(adapter, servers, { origin, providers })
    const browser = newBrowser({ origin, hosts: { [origin]: app.address } })
    const page = await browser.navigate('/members')
    expect([page.status, page.url]).toEqual([200, `${origin}/members`])
    expect(browser.cookies.refused).toEqual([])
    for (const { name, secure, httpOnly } of browser.cookies.all) {
      expect([name.startsWith('postern.'), secure, httpOnly]).toEqual([true, false, true])
    }
    // And a cookie of the one kind is none of the other.
    const secured = await openStage(adapter, servers)
    const stolen = `${SESSION}=${browser.cookies.get('postern.session')?.value}`
    expect(
      (await secured.browser.fetch('/auth/session', { from: ORIGIN, headers: { cookie: stolen } })).json(),
    ).toEqual({
      authenticated: false,
    })
  })

  it.each([
    [1_000, 1],
    [3_000, 2],
    [6_000, 3],
  ])(
    'with %i octets of token fits into cookies that browsers keep, and comes back whole (SC-04, SC-05)',
    async (size, parts) => {
      sized(size)
      const { browser } = await openStage(adapter, servers)
      const page = await signIn(browser, '/members')
      expect(page.status).toBe(200)
      expect(browser.cookies.refused).toEqual([])
      expect(sessionCookies(browser).length).toBeLessThanOrEqual(parts)
      for (const { name, value } of browser.cookies.all) expect(name.length + value.length).toBeLessThanOrEqual(4096)
      await expectSession(browser)
      const { digest } = (await browser.fetch('/token')).json() as { digest: string }
      expect(digest).toBe(await digestOf(tokenOf(size)))
    },
  )

  it.each([12_000, 30_000])(
    'with %i octets of token is refused, and the operator is told what to do (SC-05)',
    async (size) => {
      sized(size)
      const { browser, events } = await openStage(adapter, servers)
      expectClean(await (await pendingLogin(browser)).deliver(), 502)
      await expectNoSession(browser)
      const failure = events.find(({ type }) => type === 'sign_in_failed')
      expect(failure).toMatchObject({ code: 'session_too_large', class: 'operator' })
      expect(JSON.stringify(failure)).toMatch(/access token of idp, \d+ bytes.*store/)
    },
  )

  it.each(STORES)('with 30,000 octets of token works with a store: %s (SC-04, SC-05)', async (kind) => {
    sized(30_000)
    const { browser } = await openStage(adapter, servers, { store: stores.open(kind) })
    await signIn(browser)
    await expectSession(browser)
    expect(sessionCookies(browser)).toEqual([SESSION])
    const { digest } = (await browser.fetch('/token')).json() as { digest: string }
    expect(digest).toBe(await digestOf(tokenOf(30_000)))
  })

  it('whose parts are dropped, swapped, mixed or added to is no session, and never a 500 (SC-06)', async () => {
    sized(5_000)
    const { browser, newBrowser } = await openStage(adapter, servers)
    await signIn(browser)
    const [first = '', second = ''] = partsOf(browser)
    const other = newBrowser()
    await signIn(other)
    const [otherFirst = '', otherSecond = ''] = partsOf(other)
    const broken = [
      `${SESSION}=${first}`,
      `${SESSION}.1=${second}`,
      `${SESSION}=${second}; ${SESSION}.1=${first}`,
      `${SESSION}=${first}; ${SESSION}.1=${otherSecond}`,
      `${SESSION}=${otherFirst}; ${SESSION}.1=${second}`,
      `${SESSION}=${first.replace(/^2\./, '1.')}; ${SESSION}.1=${second}`,
      `${SESSION}=${first.replace(/^2\./, '3.')}; ${SESSION}.1=${second}`,
      `${SESSION}=${first.replace(/^2\./, '3.')}; ${SESSION}.1=${second}; ${SESSION}.2=`,
      `${SESSION}=${first.replace(/^2\./, '9.')}; ${SESSION}.1=${second}`,
      `${SESSION}=${first.replace(/^2\./, '')}; ${SESSION}.1=${second}`,
      `${SESSION}=${first}; ${SESSION}.1=${second}; ${SESSION}.1=${second}`,
      `${SESSION}=${first}; ${SESSION}.01=${second}`,
    ]
    for (const cookie of broken)
      expect(await sessionWith(browser, cookie), cookie.slice(0, 40)).toEqual({ authenticated: false })
    for (const more of [`${SESSION}.2=x`, `${SESSION}.2=`, `${SESSION}.7=x`, `${SESSION}.1x=y`, `${SESSION}.=y`]) {
      const cookie = `${more}; ${SESSION}=${first}; ${SESSION}.1=${second}`
      expect(await sessionWith(browser, cookie), more).toEqual({ authenticated: false })
    }
    // The proof that the loops above looked at the right thing.
    const right = `${SESSION}.1=${second}; other=x; ${SESSION}=${first}`
    expect(await sessionWith(browser, right)).toMatchObject({ authenticated: true })
  })

  it('beside which parts of nobody were planted is healed by signing in (SC-06)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    for (const name of [`${SESSION}.1`, `${SESSION}.7`]) browser.cookies.store(ORIGIN, `${name}=x; Path=/; Secure`)
    await expectAnonymous(browser)
    const page = await browser.navigate('/members')
    expect([page.status, page.url]).toEqual([200, `${ORIGIN}/members`])
    expect(sessionCookies(browser)).toEqual([SESSION])
    await expectSession(browser)
  })

  it('is not slowed down by as many names that look like its parts as a header can hold (SC-06, DS-02)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const names = Array.from({ length: 700 }, (_, index) => `${SESSION}.${index}=`)
    const startedAt = performance.now()
    const page = await browser.fetch('/members', {
      from: ORIGIN,
      headers: { cookie: names.join(';').slice(0, 14_000) },
    })
    expect(performance.now() - startedAt).toBeLessThan(500)
    expect(page.status).toBe(401)
    await expectAlive(browser)
  })

  it('that has become smaller leaves no part behind, and none is left when it ends (SC-06)', async () => {
    sized(6_000)
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const before = sessionCookies(browser).length
    expect(before).toBeGreaterThan(1)
    sized(100)
    await signIn(browser)
    expect(sessionCookies(browser)).toEqual([SESSION])
    await expectSession(browser)
    sized(6_000)
    await signIn(browser)
    expect(sessionCookies(browser).length).toBe(before)
    await signOut(browser)
    await expectNoSession(browser)
  })

  it('is new at every sign-in: one that was planted is not taken up, and the old one is dead (SC-07)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    const planted = 'planted-by-an-attacker'
    browser.cookies.store(ORIGIN, `${SESSION}=${planted}; Path=/; Secure`)
    await signIn(browser)
    const first = browser.cookies.get(SESSION)?.value
    expect(first).not.toContain(planted)
    await expectSession(browser)

    await signIn(browser)
    const second = browser.cookies.get(SESSION)?.value
    expect(second).not.toBe(first)
    await expectSession(browser)
    for (const old of [planted, first]) {
      expect(await sessionWith(newBrowser(), `${SESSION}=${old}`)).toEqual({ authenticated: false })
    }
  })

  it.each(['sealed', ...STORES] as const)(
    'of an attacker, planted before the victim signs in, is not what the victim ends up in: %s (SC-07)',
    async (kind) => {
      const store = kind === 'sealed' ? {} : { store: stores.open(kind) }
      const { browser: victim, newBrowser } = await openStage(adapter, servers, store)
      const attacker = newBrowser()
      servers.idp.change({ user: { sub: 'attacker' } })
      await signIn(attacker)
      const planted = attacker.cookies.get(SESSION)?.value
      victim.cookies.store(ORIGIN, `${SESSION}=${planted}; Path=/; Secure`)
      servers.idp.restore()
      await signIn(victim)
      await expectSession(victim, 'user-1')
      expect(victim.cookies.get(SESSION)?.value).not.toBe(planted)
      await expectAnonymous(attacker)
    },
  )

  it.each(STORES)('is new at every sign-in, and the old one dead, in a store: %s (SC-07)', async (kind) => {
    const { browser, newBrowser } = await openStage(adapter, servers, { store: stores.open(kind) })
    await signIn(browser)
    const first = browser.cookies.get(SESSION)?.value
    await signIn(browser)
    expect(browser.cookies.get(SESSION)?.value).not.toBe(first)
    await expectSession(browser)
    expect(await sessionWith(newBrowser(), `${SESSION}=${first}`)).toEqual({ authenticated: false })
  })

  it('has an id that nobody made up: what looks like one is not adopted (SC-08)', async () => {
    const seen = new Set<string>()
    const { browser, newBrowser } = await openStage(adapter, servers, { store: stores.open('memory') })
    for (let count = 0; count < 200; count += 1) {
      const fresh = newBrowser()
      await signIn(fresh, '/health')
      seen.add(fresh.cookies.get(SESSION)?.value ?? '')
    }
    expect(seen.size).toBe(200)
    for (const value of [
      'x',
      `1.${'A'.repeat(120)}`,
      '1.',
      'a'.repeat(4000),
      '../../etc/passwd',
      '__proto__',
      '%00',
      '{}',
    ]) {
      const page = await browser.fetch('/members', { from: ORIGIN, headers: { cookie: `${SESSION}=${value}` } })
      expect([page.status, page.setCookies.filter((line) => !line.includes('Max-Age=0'))]).toEqual([401, []])
    }
  })

  it('shows nothing of what it holds, and opens no more when a single character is changed (SC-09)', async () => {
    const canary = 'canary-access-token-for-the-session'
    servers.idp.change({ tokenResponse: { access_token: canary }, idToken: { claims: { at_hash: undefined } } })
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const value = browser.cookies.get(SESSION)?.value ?? ''
    for (const part of [value, ...value.split('.')]) {
      for (const encoding of ['utf8', 'base64url', 'base64', 'hex'] as const) {
        const text = Buffer.from(part, encoding).toString('latin1')
        for (const secret of [canary, 'user-1', 'Ada Example', servers.idp.issuer]) expect(text).not.toContain(secret)
      }
    }
    for (let at = 0; at < value.length; at += 1) {
      const changed = value.slice(0, at) + neighbour(value[at] ?? '') + value.slice(at + 1)
      expect(await sessionWith(browser, `${SESSION}=${changed}`), `character ${at}`).toEqual({ authenticated: false })
    }
    expect(await sessionWith(browser, `${SESSION}=${value}`)).toMatchObject({ authenticated: true })
  })

  it('that is broken is answered in one way, whatever is broken about it (SC-09, CVE-2026-47775)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const value = browser.cookies.get(SESSION)?.value ?? ''
    const [count = '', version = '', key = '', payload = ''] = value.split('.')
    expect([count, version].join('.')).toBe('1.v1')
    const octet = (at: number): string => {
      const octets = Buffer.from(payload, 'base64url')
      octets.writeUInt8((octets.at(at) ?? 0) ^ 1, at < 0 ? octets.length + at : at)
      return octets.toString('base64url')
    }
    const broken = [
      [count, 'v2', key, payload],
      [count, version, 'AAAAAAAA', payload],
      // The IV, the text, and the tag.
      ...[0, 40, -1].map((at) => [count, version, key, octet(at)]),
      [count, version, key, payload.slice(0, -4)],
      [count, version, key, `${payload}AAAA`],
      [count, version, key, payload.slice(0, 22)],
      [count, version, key, ''],
    ]
    const answers = new Set<string>()
    for (const parts of broken) {
      const { text } = await browser.raw(
        `GET /members HTTP/1.1\r\nHost: app.example\r\nAccept: application/json\r\nConnection: close\r\nCookie: ${SESSION}=${parts.join('.')}\r\n\r\n`,
      )
      answers.add(text.replace(/^date: .*$/im, '').replace(/"reference":"[^"]*"/, ''))
    }
    expect(answers.size).toBe(1)
    expect([...answers].join()).toMatch(/^HTTP\/1\.1 401 /)
  })

  it('outlives a new secret as long as the old one is kept, and not a moment longer (SC-10)', async () => {
    const { browser } = await openStage(adapter, servers, { secrets: [OTHER_SECRET] })
    await signIn(browser)
    const old = browser.cookies.get(SESSION)?.value ?? ''

    const both = await openStage(adapter, servers, { secrets: [SECRET, OTHER_SECRET] })
    const member = both.newBrowser()
    member.cookies.restore(browser.cookies.snapshot())
    await expectSession(member)
    await member.navigate('/members')
    const renewed = member.cookies.get(SESSION)?.value ?? ''
    expect(renewed).not.toBe(old)

    const newOnly = await openStage(adapter, servers, { secrets: [SECRET] })
    expect(await sessionWith(newOnly.browser, `${SESSION}=${renewed}`)).toMatchObject({ authenticated: true })
    expect(await sessionWith(newOnly.browser, `${SESSION}=${old}`)).toEqual({ authenticated: false })
    // A sign-in under way outlives it as well, and the old key seals nothing any more.
    const oldOnly = await openStage(adapter, servers, { secrets: [OTHER_SECRET] })
    expect(await sessionWith(oldOnly.browser, `${SESSION}=${renewed}`)).toEqual({ authenticated: false })
  })

  it.each(['sealed', ...STORES] as const)(
    'moves to the new secret also when a page only asks who is signed in, which is no activity: %s (SC-10, SC-11)',
    async (kind) => {
      let time = Date.now()
      const now = () => time
      const options = {
        now,
        session: { idleTimeout: 100 },
        ...(kind === 'sealed' ? {} : { store: stores.open(kind, { now }) }),
      }
      const { browser } = await openStage(adapter, servers, { ...options, secrets: [OTHER_SECRET] })
      await signIn(browser)
      const both = await openStage(adapter, servers, { ...options, secrets: [SECRET, OTHER_SECRET] })
      const member = both.newBrowser()
      member.cookies.restore(browser.cookies.snapshot())
      time += 90_000
      await member.fetch('/auth/session', { from: ORIGIN })
      const newOnly = await openStage(adapter, servers, { ...options, secrets: [SECRET] })
      const renewed = `${SESSION}=${member.cookies.get(SESSION)?.value}`
      expect(await sessionWith(newOnly.browser, renewed)).toMatchObject({ authenticated: true })
      time += 11_000
      expect(await sessionWith(newOnly.browser, renewed)).toEqual({ authenticated: false })
    },
  )

  it('a sign-in that was started under the old secret is finished under the new one (SC-10)', async () => {
    const before = await openStage(adapter, servers, { secrets: [OTHER_SECRET] })
    const { url } = await pendingLogin(before.browser)
    const after = await openStage(adapter, servers, { secrets: [SECRET, OTHER_SECRET] })
    const moved = after.newBrowser()
    moved.cookies.restore(before.browser.cookies.snapshot())
    expect((await moved.navigate(url, { redirects: 'manual' })).status).toBe(303)
    await expectSession(moved)
  })

  it.each([
    [
      'of a token that is not encrypted',
      `1.${encoded({ alg: 'none' })}.${encoded({ p: 'idp', u: { id: 'user-1' } })}.`,
    ],
    ['of a password-encrypted token', `1.${encoded({ alg: 'PBES2-HS256+A128KW', p2c: 1e9, enc: 'A256GCM' })}.a.b.c.d`],
    ['of a compressed token', `1.${encoded({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' })}..a.b.c`],
    ['of another key id', '1.AAAAAAAA.AAAA.AAAA'],
  ])('is not made by a cookie %s (SC-10, DS-04)', async (_, value) => {
    const { browser } = await openStage(adapter, servers)
    const startedAt = performance.now()
    expect(await sessionWith(browser, `${SESSION}=${value}`)).toEqual({ authenticated: false })
    expect(performance.now() - startedAt).toBeLessThan(200)
  })

  it.each(['sealed', ...STORES] as const)(
    'ends without activity, which only a guarded page is: %s (SC-11)',
    async (kind) => {
      let time = Date.now()
      const now = () => time
      const store = kind === 'sealed' ? {} : { store: stores.open(kind, { now }) }
      const { browser, newBrowser } = await openStage(adapter, servers, {
        now,
        session: { idleTimeout: 100 },
        ...store,
      })
      await signIn(browser)
      const copy = browser.cookies.snapshot()
      for (let round = 0; round < 4; round += 1) {
        time += 60_000
        expect((await browser.fetch('/members', { from: ORIGIN })).status).toBe(200)
      }
      time += 99_000
      expect((await browser.fetch('/members', { from: ORIGIN })).status).toBe(200)
      if (kind === 'sealed') {
        const thief = newBrowser()
        thief.cookies.restore(copy)
        await expectAnonymous(thief)
      }
      // Polling for who is signed in keeps nobody signed in.
      for (let round = 0; round < 10; round += 1) {
        time += 10_001
        await browser.fetch('/auth/session', { from: ORIGIN })
        await browser.fetch('/health', { from: ORIGIN })
      }
      await expectAnonymous(browser)
    },
  )

  it.each(['sealed', ...STORES] as const)(
    'ends when its time is over, however active it is, and is not refreshed then: %s (SC-12)',
    async (kind) => {
      let time = Date.now()
      const now = () => time
      servers.idp.change({ accessTokenLifetime: 10 })
      const store = kind === 'sealed' ? {} : { store: stores.open(kind, { now }) }
      const { browser } = await openStage(adapter, servers, {
        now,
        session: { idleTimeout: 60, absoluteTimeout: 100 },
        ...store,
      })
      await signIn(browser)
      const kept = () => browser.fetch('/token', { from: ORIGIN })
      for (let round = 0; round < 3; round += 1) {
        time += 30_000
        expect((await kept()).status).toBe(200)
      }
      const before = servers.received('token').length
      expect(before).toBe(4)
      time += 10_001
      expect((await kept()).status).toBe(401)
      await expectAnonymous(browser)
      expect(servers.received('token').length).toBe(before)
    },
  )

  it('does not outlive a token that nothing can renew (SC-13)', async () => {
    let time = Date.now()
    servers.idp.change({ refreshTokens: 'none', accessTokenLifetime: 50 })
    const { browser } = await openStage(adapter, servers, { now: () => time })
    await signIn(browser)
    time += 49_000
    await expectSession(browser)
    time += 1_001
    await expectAnonymous(browser)
  })

  it.each(STORES)('does not come back after signing out, from a copy of its cookie: %s (SC-14)', async (kind) => {
    const store = stores.open(kind)
    const { browser, newBrowser } = await openStage(adapter, servers, { store })
    await signIn(browser)
    const copy = browser.cookies.snapshot()
    await signOut(browser)
    const thief = newBrowser()
    thief.cookies.restore(copy)
    await expectAnonymous(thief)
    // Nor in another process, which has never seen it.
    const elsewhere = await openStage(adapter, servers, { store })
    elsewhere.browser.cookies.restore(copy)
    await expectAnonymous(elsewhere.browser)
  })

  // Without a store the revocation index is the process's own: another process learns nothing of a sign-out, which
  // docs/decisions/0003-sealed-cookies-by-default.md says.
  it('without a store does not come back in the process that ended it either (SC-14)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const copy = browser.cookies.snapshot()
    await signOut(browser)
    browser.cookies.restore(copy)
    await expectAnonymous(browser)
  })

  it('tells a page’s own scripts who is signed in, and no token (SC-15)', async () => {
    servers.idp.change({
      user: {
        sub: 'user-1',
        name: 'Ada',
        picture: 'https://pictures.example/1',
        secret_claim: 'canary-claim-of-the-user',
      },
    })
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const page = await browser.fetch('/auth/session', { from: ORIGIN })
    const { user, ...session } = page.json() as { user: object }
    expect(Object.keys(session).sort()).toEqual([
      'authenticated',
      'expiresAt',
      'provider',
      'scope',
      'signInAgainAt',
      'signedInAt',
    ])
    expect(Object.keys(user).sort()).toEqual(['id', 'name', 'picture'])
    expect(page.headers.get('cache-control')).toContain('no-store')
    const [token] = servers.received('token')
    expectNoLeak([token?.form.get('code') ?? '', token?.form.get('code_verifier') ?? ''], { session: page.text })
  })

  it('is not renewed on a response that others may keep (SC-16)', async () => {
    let time = Date.now()
    const { browser } = await openStage(adapter, servers, { now: () => time })
    await signIn(browser)
    time += 3 * 86_400_000
    const cached = await browser.fetch('/cacheable', { from: ORIGIN })
    expect([cached.status, cached.setCookies, cached.headers.get('cache-control')]).toEqual([
      200,
      [],
      'public, max-age=600',
    ])
    for (const value of ['Public', 's-maxage=60', 'max-age=60, PUBLIC', 'S-MaxAge = 60', 'no-transform,public']) {
      const shared = await browser.fetch(`/cacheable?as=${encodeURIComponent(value)}`, { from: ORIGIN })
      expect([value, shared.setCookies, shared.headers.get('cache-control')]).toEqual([value, [], value])
    }
    // One that only this browser keeps is not kept by it either, once it carries a session.
    const due = browser.cookies.snapshot()
    for (const value of ['max-age=600', 'private, max-age=600', 'no-cache', 'immutable']) {
      browser.cookies.restore(due)
      const own = await browser.fetch(`/cacheable?as=${encodeURIComponent(value)}`, { from: ORIGIN })
      expect([value, own.setCookies.length, own.headers.get('cache-control')]).toEqual([value, 1, 'private, no-store'])
    }
    browser.cookies.restore(due)
    // The next answer that is nobody else's renews it, and says that it is.
    const own = await browser.fetch('/members', { from: ORIGIN })
    expect(own.setCookies.length).toBe(1)
    expect(own.headers.get('cache-control')).toMatch(/private|no-store/)
    expect(own.headers.get('vary')).toMatch(/cookie/i)
  })

  it('in a store that is out of reach is neither there nor gone: 503, at once and everywhere (SC-17)', async () => {
    const store = stores.open('memory')
    let isDown = false
    const { browser, newBrowser } = await openStage(adapter, servers, { store: breakable(store, () => isDown) })
    await signIn(browser)
    const pending = await pendingLogin(newBrowser())
    isDown = true
    const script = { from: ORIGIN }
    for (const page of [
      await browser.fetch('/members', script),
      await browser.fetch('/auth/session', script),
      await browser.fetch('/whoami', script),
      await browser.fetch('/token', { ...script, method: 'POST' }),
      await browser.fetch('/auth/logout', { ...script, method: 'POST' }),
      await pending.deliver(),
      await browser.navigate('/members', { redirects: 'manual' }),
    ]) {
      expectClean(page, 503)
      expect(page.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(page.setCookies.filter((line) => line.startsWith(SESSION))).toEqual([])
    }
    // A route that asks for nobody is not troubled by it.
    await expectAlive(browser)
    isDown = false
    await expectSession(browser)
  })

  it('is not brought back by a slow request that began before it was ended (SC-18)', async () => {
    let time = Date.now()
    const { app, browser } = await openStage(adapter, servers, { now: () => time })
    await signIn(browser)
    time += 3 * 86_400_000
    const slow = browser.fetch('/slow', { from: ORIGIN })
    await waiting(app)
    const copy = browser.cookies.snapshot()
    await signOut(browser)
    app.release()
    const late = await slow
    expect([late.status, late.setCookies]).toEqual([200, []])
    await expectNoSession(browser)
    browser.cookies.restore(copy)
    await expectAnonymous(browser)
  })

  it.each(STORES)('is not brought back into its store by a slow request either: %s (SC-18)', async (kind) => {
    let time = Date.now()
    const now = () => time
    const { app, browser } = await openStage(adapter, servers, { now, store: stores.open(kind, { now }) })
    await signIn(browser)
    time += 1 * 86_400_000
    const copy = browser.cookies.snapshot()
    const slow = browser.fetch('/slow', { from: ORIGIN })
    await waiting(app)
    await signOut(browser)
    app.release()
    expect((await slow).setCookies.filter((line) => !line.includes('Max-Age=0'))).toEqual([])
    await expectNoSession(browser)
    browser.cookies.restore(copy)
    await expectAnonymous(browser)
  })

  it('that a slow request renews does not undo a newer one (SC-18)', async () => {
    let time = Date.now()
    const { app, browser } = await openStage(adapter, servers, { now: () => time, session: { idleTimeout: 100 } })
    await signIn(browser)
    time += 20_000
    const slow = browser.fetch('/slow', { from: ORIGIN })
    await waiting(app)
    servers.idp.change({ user: { sub: 'user-2' } })
    await signIn(browser)
    app.release()
    expect((await slow).setCookies).toEqual([])
    await expectSession(browser, 'user-2')
  })

  it('that was refreshed meanwhile is not taken back by a slow request that only looked at it (SC-18)', async () => {
    let time = Date.now()
    servers.idp.change({ accessTokenLifetime: 10 })
    const { app, browser } = await openStage(adapter, servers, { now: () => time, session: { idleTimeout: 100 } })
    await signIn(browser)
    time += 20_000
    const slow = browser.fetch('/slow', { from: ORIGIN })
    await waiting(app)
    expect((await browser.fetch('/token', { from: ORIGIN })).status).toBe(200)
    app.release()
    expect((await slow).status).toBe(200)
    // Requests that hold the cookie of before are served for a minute: this one has to hold the newer one.
    time += 61_000
    expect((await browser.fetch('/token', { from: ORIGIN })).status).toBe(200)
    expect(servers.received('token').length).toBe(3)
  })

  it.each(STORES)(
    'of a slow request is not set over what happened in another process meanwhile: %s (SC-18)',
    async (kind) => {
      let time = Date.now()
      const now = () => time
      const store = stores.open(kind, { now })
      const here = await openStage(adapter, servers, { now, store })
      const there = await openStage(adapter, servers, { now, store })
      await signIn(here.browser)
      there.browser.cookies.restore(here.browser.cookies.snapshot())
      time += 1 * 86_400_000
      const slow = [1, 2].map(() => here.browser.fetch('/slow', { from: ORIGIN }))
      await waiting(here.app)
      await signOut(there.browser)
      await signIn(there.browser)
      here.app.release()
      for (const { status, setCookies } of await Promise.all(slow)) expect([status, setCookies]).toEqual([200, []])
    },
  )

  it('without a store is not given back by a slow request after another process has ended it (SC-18)', async () => {
    let time = Date.now()
    const now = () => time
    const here = await openStage(adapter, servers, { now })
    const there = await openStage(adapter, servers, { now })
    await signIn(here.browser)
    there.browser.cookies.restore(here.browser.cookies.snapshot())
    time += 1 * 86_400_000
    const slow = here.browser.fetch('/slow', { from: ORIGIN })
    await waiting(here.app)
    await signOut(there.browser)
    time += 5_001
    here.app.release()
    expect((await slow).setCookies).toEqual([])
  })

  it('leaves nothing in Redis that opens it: neither its cookie nor its tokens nor its user (SC-19)', async () => {
    const prefix = stores.newPrefix()
    const { browser, app, events } = await openStage(adapter, servers, { store: stores.open('redis', { prefix }) })
    await signIn(browser)
    await browser.fetch('/token')
    const dump = await stores.dump(prefix)
    expect(dump.length).toBeGreaterThan(100)
    const [token] = servers.received('token')
    const value = browser.cookies.get(SESSION)?.value ?? ''
    const halves = value.split('.').filter((part) => part.length > 15)
    expectNoLeak([value, ...halves, textOf(token ?? expect.unreachable())], {
      dump,
      log: app.log(),
      events: inspect(events, { depth: 9 }),
    })
    expect(dump).not.toMatch(/user-1|Ada Example|ada@users/)
  })

  it('beside which another of its name was planted is the one that opens, or none, in either order (SC-20)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    await signIn(browser)
    const mine = browser.cookies.get(SESSION)?.value ?? ''
    const attacker = newBrowser()
    servers.idp.change({ user: { sub: 'attacker' } })
    await signIn(attacker)
    const theirs = attacker.cookies.get(SESSION)?.value ?? ''
    const answers = []
    for (const pair of [
      [mine, theirs],
      [theirs, mine],
    ]) {
      answers.push(await sessionWith(newBrowser(), pair.map((value) => `${SESSION}=${value}`).join('; ')))
    }
    // Nothing tells two that open apart, so neither counts: the victim never acts as the attacker.
    expect(answers).toEqual([{ authenticated: false }, { authenticated: false }])
    for (const junk of ['junk', '', '1.', `${mine}x`]) {
      for (const pair of [
        [mine, junk],
        [junk, mine],
      ]) {
        const cookie = pair.map((value) => `${SESSION}=${value}`).join('; ')
        expect(await sessionWith(newBrowser(), cookie)).toMatchObject({ authenticated: true, user: { id: 'user-1' } })
      }
    }
  })
})

/** Makes the provider give out access tokens of this length. */
function sized(octets: number): void {
  servers.idp.change({
    tokenResponse: { access_token: tokenOf(octets) },
    idToken: { claims: { at_hash: undefined } },
  })
}

function tokenOf(octets: number): string {
  return 'token'.repeat(Math.ceil(octets / 5)).slice(0, octets)
}

async function digestOf(token: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(token))).toString('base64url')
}

function partsOf({ cookies }: Browser): readonly string[] {
  return [SESSION, `${SESSION}.1`].map((name) => cookies.get(name)?.value ?? '')
}

async function sessionWith(browser: Browser, cookie: string): Promise<unknown> {
  const page = await browser.fetch('/auth/session', { from: ORIGIN, headers: { cookie } })
  expect(page.status).toBe(200)
  return page.json()
}

async function signOut(browser: Browser): Promise<Page> {
  return browser.fetch('/auth/logout', { from: ORIGIN, method: 'POST' })
}

async function waiting(app: { readonly waiting: () => number }): Promise<void> {
  for (let attempt = 0; attempt < 200 && app.waiting() === 0; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** A store whose every operation fails while `isDown` says so. */
function breakable(store: Store, isDown: () => boolean): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function' || name === 'close') return method
      return async (...parameters: readonly unknown[]) => {
        if (isDown()) throw new GatewayError('store_unavailable')
        return Reflect.apply(method, target, parameters)
      }
    },
  })
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The character next to it in the alphabet of base64url, whose last bits may mean nothing. */
function neighbour(character: string): string {
  const at = ALPHABET.indexOf(character)
  return at === -1 ? 'A' : (ALPHABET[at ^ 1] ?? 'A')
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
