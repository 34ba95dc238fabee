import { GatewayError, type Store } from '@postern/core'
import { type Browser, json, type Page } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { ADAPTERS } from '../apps.ts'
import { expectAlive, expectAnonymous, expectClean, expectNoLeak, expectSession } from '../outcomes.ts'
import { idpOf, openStage, pendingLogin, type Stage, signIn, useServers } from '../stage.ts'
import { STORES, useStores } from '../stores.ts'

const servers = useServers()
const stores = useStores()
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

type TokenOptions = Parameters<typeof servers.idp.logoutToken>[0]
type Claims = Readonly<Record<string, unknown>>

/** Signs in, and says under which `sid` the provider knows it. */
async function signInAs(browser: Browser, provider: 'idp' | 'other' = 'idp'): Promise<string> {
  let sid = ''
  servers[provider].change({
    idToken: {
      claims: (right) => {
        sid = String(right['sid'])
        return right
      },
    },
  })
  await signIn(browser, '/one', provider)
  servers[provider].change({ idToken: {} })
  expect(sid).not.toBe('')
  return sid
}

function logoutToken(options: Omit<TokenOptions, 'clientId'>, provider: 'idp' | 'other' = 'idp'): Promise<string> {
  return servers[provider].logoutToken({ clientId: 'rows', ...options })
}

/** What a provider sends: no cookies, no Origin, no fetch metadata. */
function post(
  { app }: Stage,
  body: string,
  type = 'application/x-www-form-urlencoded',
  provider = 'idp',
): Promise<Response> {
  return fetch(`${app.address}/auth/backchannel-logout/${provider}`, {
    method: 'POST',
    body,
    headers: type === '' ? {} : { 'content-type': type },
  })
}

/** Refresh tokens that were revoked since the test began. */
function revoked(): readonly (string | null)[] {
  return servers
    .received('revocation')
    .filter(({ form }) => form.get('token_type_hint') === 'refresh_token')
    .map(({ form }) => form.get('token'))
}

async function send(stage: Stage, token: string, provider = 'idp'): Promise<number> {
  const answer = await post(stage, `logout_token=${encodeURIComponent(token)}`, undefined, provider)
  expect(answer.headers.get('cache-control')).toContain('no-store')
  await answer.body?.cancel()
  return answer.status
}

describe.each(ADAPTERS)('on %s, a provider that ends sessions', (adapter) => {
  const open = (store: Store = stores.open('memory')) =>
    openStage(adapter, servers, {
      store,
      providers: [
        idpOf(servers.idp, { backchannelLogout: 'accept' }),
        idpOf(servers.other, { backchannelLogout: 'accept' }, 'other'),
      ],
    })

  it.each(STORES)('ends the one it names, in every process, and no other: %s (BL-01)', async (kind) => {
    const store = stores.open(kind)
    const stage = await open(store)
    const elsewhere = await open(store)
    const [one, two] = [stage.browser, stage.newBrowser()]
    const sid = await signInAs(one)
    await signInAs(two)
    const copy = elsewhere.newBrowser()
    copy.cookies.restore(one.cookies.snapshot())
    await expectSession(copy)

    const token = await logoutToken({ sid, subject: 'user-1', claims: { ignored_claim: { a: [1] } } })
    const answer = await post(elsewhere, `ignored_parameter=x&logout_token=${encodeURIComponent(token)}&x=y&x=z`)
    expect([200, 204]).toContain(answer.status)
    expect(answer.headers.get('cache-control')).toContain('no-store')
    await expectAnonymous(one)
    await expectAnonymous(copy)
    await expectSession(two)
    expect(elsewhere.events).toContainEqual(
      expect.objectContaining({ type: 'session_ended', cause: 'provider', subject: 'user-1' }),
    )
  })

  it.each(STORES)(
    'ends all sessions of a user it names, and nobody else’s, nor those at another provider: %s (BL-02)',
    async (kind) => {
      const stage = await open(stores.open(kind))
      const own = [stage.newBrowser(), stage.newBrowser(), stage.newBrowser()]
      for (const browser of own) await signInAs(browser)
      servers.idp.change({ user: { sub: 'user-2' } })
      const stranger = stage.newBrowser()
      await signInAs(stranger)
      const namesake = stage.newBrowser()
      await signInAs(namesake, 'other')

      expect(await send(stage, await logoutToken({ subject: 'user-1' }))).toBe(200)
      for (const browser of own) await expectAnonymous(browser)
      await expectSession(stranger, 'user-2')
      await expectSession(namesake, 'user-1', 'other')
    },
  )

  it.each<[string, Omit<TokenOptions, 'clientId'>]>([
    ['that is not signed (BL-03)', { signWith: 'nothing' }],
    ['that is not signed, spelt nOnE (BL-03)', { signWith: 'nothing', header: { alg: 'nOnE' } }],
    ['of another algorithm whose key is published (BL-04)', { algorithm: 'ES256' }],
    ['signed by another key (BL-05)', { signWith: 'unpublished-key' }],
    ['signed with the client secret (BL-05)', { signWith: 'client-secret' }],
    ['signed with the public key (BL-05)', { signWith: 'public-key' }],
    [
      'changed behind its signature (BL-05)',
      { tamper: (token) => token.replace(/\.[^.]+\./, `.${encoded({ sub: 'user-1' })}.`) },
    ],
    ['of another issuer (BL-06)', { claims: (right) => ({ ...right, iss: `${right['iss']}INVALID` }) }],
    ['of no issuer (BL-06)', { claims: { iss: undefined } }],
    ['for another client (BL-07)', { claims: { aud: 'another' } }],
    ['for nobody (BL-07)', { claims: { aud: undefined } }],
    ['for a list of others (BL-07)', { claims: { aud: ['another', 'more'] } }],
    ['for this client and a stranger (BL-07)', { claims: { aud: ['rows', 'evil'] } }],
    ['issued at no time (BL-08)', { claims: { iat: undefined } }],
    ['that never ends (BL-08)', { claims: { exp: undefined } }],
    ['that has ended (BL-08)', { claims: (right) => ({ ...right, exp: Number(right['iat']) - 100 }) }],
    [
      'from the future (BL-08)',
      { claims: (right) => ({ ...right, iat: Number(right['iat']) + 3_600, exp: Number(right['iat']) + 7_200 }) },
    ],
    ['of yesterday (BL-08)', { claims: (right) => ({ ...right, iat: Number(right['iat']) - 86_400 }) }],
    [
      'whose times are strings (BL-08)',
      { claims: (right) => ({ ...right, exp: String(right['exp']), iat: String(right['iat']) }) },
    ],
    ['without events (BL-09)', { claims: { events: undefined } }],
    ['of another event (BL-09)', { claims: { events: { 'http://foobar': {} } } }],
    ['whose event is a string (BL-09)', { claims: { events: { [EVENT]: 'x' } } }],
    ['whose event is null (BL-09)', { claims: { events: { [EVENT]: null } } }],
    ['whose event is a list (BL-09)', { claims: { events: { [EVENT]: [] } } }],
    ['whose events are a list (BL-09)', { claims: { events: [EVENT] } }],
    ['whose events are a string (BL-09)', { claims: { events: EVENT } }],
    ['with a nonce (BL-10)', { claims: { nonce: 'x' } }],
    ['with a nonce of null (BL-10)', { claims: { nonce: null } }],
    ['about nobody (BL-11)', { subject: undefined, sid: undefined, claims: { sub: undefined, sid: undefined } }],
    ['about a number (BL-11)', { claims: { sub: 1, sid: undefined } }],
    ['about an object (BL-11)', { claims: { sub: { a: 1 }, sid: { b: 2 } } }],
    ['about an empty name (BL-11)', { claims: { sub: '', sid: '' } }],
    ['without a jti (BL-12)', { claims: { jti: undefined } }],
    ['that says it is an access token (BL-13)', { header: { typ: 'at+jwt' } }],
    ['that says it is something else (BL-13)', { header: { typ: 'application/secevent+jwt' } }],
    ['under a condition nobody knows (BL-05)', { header: { crit: ['x'], x: 1 } }],
  ])('ends nothing by a token %s', async (_, options) => {
    const stage = await open()
    const sid = await signInAs(stage.browser)
    expect(await send(stage, await logoutToken({ subject: 'user-1', sid, ...options }))).toBe(400)
    await expectSession(stage.browser)
    await expectAlive(stage.browser)
  })

  it('takes a token that was shown before as seen, a thousand times (BL-12)', async () => {
    const stage = await open()
    await signInAs(stage.browser)
    const token = await logoutToken({ subject: 'user-1' })
    expect(await send(stage, token)).toBe(200)
    await expectAnonymous(stage.browser)
    await signInAs(stage.browser)
    const statuses = new Set<number>()
    for (let round = 0; round < 20; round += 1) {
      for (const status of await Promise.all(Array.from({ length: 50 }, () => send(stage, token)))) statuses.add(status)
    }
    expect([...statuses]).toEqual([200])
    // A replay does not sign anybody out again.
    await expectSession(stage.browser)
  })

  it.each(STORES)(
    'ends it by the next delivery of a token that the store failed, wherever that was: %s (BL-01, BL-12)',
    async (kind) => {
      for (const operation of ['get', 'put', 'take', 'delete', 'keysOf'] as const) {
        const { store, failOnceAt } = failing(stores.open(kind))
        const stage = await open(store)
        const sid = await signInAs(stage.browser)
        const token = await logoutToken({ sid })
        failOnceAt(operation)
        expect([operation, await send(stage, token)]).toEqual([operation, 503])
        expect([operation, await send(stage, token)]).toEqual([operation, 200])
        await expectAnonymous(stage.browser)
      }
    },
  )

  it.each(STORES)(
    'says once that a session has ended, however often it is told at the same moment: %s',
    async (kind) => {
      const stage = await open(stores.open(kind))
      const sid = await signInAs(stage.browser)
      const token = await logoutToken({ sid })
      const statuses = await Promise.all(Array.from({ length: 10 }, () => send(stage, token)))
      expect(new Set(statuses)).toEqual(new Set([200]))
      await expectAnonymous(stage.browser)
      expect(stage.events.filter(({ type }) => type === 'session_ended')).toHaveLength(1)
    },
  )

  it.each(STORES)(
    'ends, with the session that it names, those of its user that have no name, and no other: %s (BL-01)',
    async (kind) => {
      const stage = await open(stores.open(kind))
      const [other, nameless, namelessStranger, namelessElsewhere] = Array.from({ length: 4 }, stage.newBrowser)
      if (!other || !nameless || !namelessStranger || !namelessElsewhere) expect.unreachable()
      await signInAs(other)
      servers.idp.change({ idToken: { claims: { sid: undefined } } })
      await signIn(nameless)
      const pending = await pendingLogin(stage.newBrowser())
      servers.idp.change({ user: { sub: 'user-2' } })
      await signIn(namelessStranger)
      servers.other.change({ idToken: { claims: { sid: undefined } } })
      await signIn(namelessElsewhere, '/one', 'other')

      expect(await send(stage, await logoutToken({ sid: 'nobody-has-this' }))).toBe(200)
      await expectSession(nameless)
      expect(await send(stage, await logoutToken({ sid: 'nobody-has-this', subject: 'user-1' }))).toBe(200)
      await expectAnonymous(nameless)
      await expectSession(other)
      await expectSession(namelessStranger, 'user-2')
      await expectSession(namelessElsewhere, 'user-1', 'other')
      // One of them was under way.
      servers.idp.change({ user: { sub: 'user-1' } })
      expectClean(await pending.deliver(), 403)
    },
  )

  describe('and whose users have another id here', () => {
    const openRenamed = (kind: (typeof STORES)[number]) =>
      openStage(adapter, servers, {
        store: stores.open(kind),
        facts: { backchannelLogout: 'accept', user: ({ sub }) => ({ id: sub === 'user-1' ? 'ada' : 'user-1' }) },
      })

    it.each(STORES)('ends sessions by its own names, not by theirs: %s (BL-02)', async (kind) => {
      const stage = await openRenamed(kind)
      const namesake = stage.newBrowser()
      await signInAs(stage.browser)
      servers.idp.change({ user: { sub: 'user-2' } })
      await signInAs(namesake)
      await expectSession(namesake, 'user-1')
      expect(await send(stage, await logoutToken({ subject: 'ada' }))).toBe(200)
      await expectSession(stage.browser, 'ada')
      expect(await send(stage, await logoutToken({ subject: 'user-1' }))).toBe(200)
      await expectAnonymous(stage.browser)
      await expectSession(namesake, 'user-1')
      expect(stage.events).toContainEqual(
        expect.objectContaining({ type: 'session_ended', cause: 'provider', subject: 'ada' }),
      )
    })

    it('ends a sign-in that was under way by its own name (BL-02)', async () => {
      const stage = await openRenamed('memory')
      const pending = await pendingLogin(stage.browser)
      expect(await send(stage, await logoutToken({ subject: 'ada' }))).toBe(200)
      expect((await pending.deliver()).status).toBe(303)
      await expectSession(stage.browser, 'ada')
      const other = await pendingLogin(stage.browser)
      expect(await send(stage, await logoutToken({ subject: 'user-1' }))).toBe(200)
      expectClean(await other.deliver(), 403)
    })
  })

  it('may type its tokens or not, and may be held to it (BL-13)', async () => {
    for (const typ of ['logout+jwt', 'LOGOUT+JWT', 'application/logout+jwt', 'JWT', undefined]) {
      const stage = await open()
      await signInAs(stage.browser)
      expect([typ, await send(stage, await logoutToken({ subject: 'user-1', header: { typ } }))]).toEqual([typ, 200])
      await expectAnonymous(stage.browser)
    }
    const strict = await openStage(adapter, servers, {
      store: stores.open('memory'),
      facts: { backchannelLogout: 'accept-typed' },
    })
    await signInAs(strict.browser)
    for (const typ of ['JWT', undefined]) {
      expect(await send(strict, await logoutToken({ subject: 'user-1', header: { typ } }))).toBe(400)
    }
    await expectSession(strict.browser)
    expect(await send(strict, await logoutToken({ subject: 'user-1' }))).toBe(200)
    await expectAnonymous(strict.browser)
  })

  it('does not do it with an ID token (BL-14)', async () => {
    const stage = await open()
    let idToken = ''
    servers.idp.change({
      tokenResponse: (right) => {
        idToken = String(right['id_token'])
        return right
      },
    })
    await signIn(stage.browser)
    expect(idToken).toMatch(/^ey/)
    expect(await send(stage, idToken)).toBe(400)
    const typed = await logoutToken({ subject: 'user-1', claims: { events: undefined }, header: { typ: 'JWT' } })
    expect(await send(stage, typed)).toBe(400)
    await expectSession(stage.browser)
  })

  it('does it with one POST of one token in a form, whatever cookies and origins come along (BL-15)', async () => {
    const stage = await open()
    const { browser } = stage
    await signInAs(browser)
    const token = await logoutToken({ subject: 'user-1' })
    const body = `logout_token=${encodeURIComponent(token)}`
    const address = '/auth/backchannel-logout/idp'
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const page = await browser.navigate(`${address}?${body}`, { method, redirects: 'manual' })
      expect([method, page.status, page.headers.get('allow')]).toEqual([method, 405, 'POST'])
    }
    for (const [type, content] of [
      ['application/json', JSON.stringify({ logout_token: token })],
      [
        'multipart/form-data; boundary=x',
        `--x\r\ncontent-disposition: form-data; name="logout_token"\r\n\r\n${token}\r\n--x--\r\n`,
      ],
      ['text/plain', body],
      ['application/jwt', token],
      ['', ''],
    ] as const) {
      expect([type, (await post(stage, content, type)).status]).toEqual([type, 400])
    }
    for (const content of [
      '',
      'x=y',
      'logout_token=',
      `${body}&${body}`,
      `${body}&logout_token=x`,
      `logout_token[]=${token}`,
    ]) {
      expect((await post(stage, content)).status).toBe(400)
    }
    expect((await post(stage, `${body}&more=${'x'.repeat(70_000)}`)).status).toBe(413)
    expect((await post(stage, 'x'.repeat(1_000_000))).status).toBe(413)
    await expectSession(browser)

    const page: Page = await browser.navigate(address, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
      from: 'https://another.example/',
    })
    expect([page.status, page.setCookies]).toEqual([200, []])
    await expectAnonymous(browser)
  })

  it('may end what is not there (BL-16)', async () => {
    const stage = await open()
    const sid = await signInAs(stage.browser)
    expect(await send(stage, await logoutToken({ sid: 'nobody-has-this' }))).toBe(200)
    expect(await send(stage, await logoutToken({ subject: 'nobody' }))).toBe(200)
    await expectSession(stage.browser)
    expect(await send(stage, await logoutToken({ sid }))).toBe(200)
    expect(await send(stage, await logoutToken({ sid }))).toBe(200)
  })

  it('cannot do it through the address of another, nor to the sessions of another (BL-02, BL-06)', async () => {
    const stage = await open()
    const sid = await signInAs(stage.browser)
    expect(await send(stage, await logoutToken({ subject: 'user-1', sid }), 'other')).toBe(400)
    expect(await send(stage, await logoutToken({ subject: 'user-1', sid }, 'other'), 'idp')).toBe(400)
    expect(await send(stage, await logoutToken({ subject: 'user-1', sid }, 'other'), 'other')).toBe(200)
    await expectSession(stage.browser)
  })

  it.each(STORES)(
    'has the refresh token revoked that was given for its session, the newest one, and no other: %s (BL-17)',
    async (kind) => {
      let given = ''
      let time = Date.now()
      const now = () => time
      const stage = await openStage(adapter, servers, {
        now,
        store: stores.open(kind, { now }),
        facts: { backchannelLogout: 'accept' },
      })
      const note = (right: Claims): Claims => {
        given = String(right['refresh_token'])
        return right
      }
      servers.idp.change({ accessTokenLifetime: 100, tokenResponse: note })
      await signInAs(stage.newBrowser())
      const sid = await signInAs(stage.browser)
      const first = given
      time += 101_000
      await stage.browser.fetch('/token')
      expect(given).not.toBe(first)
      expect(await send(stage, await logoutToken({ sid }))).toBe(200)
      await expectAnonymous(stage.browser)
      await until(() => revoked().length > 0)
      expect(revoked()).toEqual([given])
    },
  )

  it('leaves a refresh token alone that was given for good (BL-17)', async () => {
    const stage = await openStage(adapter, servers, {
      store: stores.open('memory'),
      facts: { backchannelLogout: 'accept', scope: ['openid', 'offline_access'] },
    })
    await signIn(stage.browser)
    expect(await send(stage, await logoutToken({ subject: 'user-1' }))).toBe(200)
    await expectAnonymous(stage.browser)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(revoked()).toEqual([])
  })

  it('leaves no token in a dump of the store that opens without the secrets of the application (BL-17, SC-19)', async () => {
    let given = ''
    servers.idp.change({
      tokenResponse: (right) => {
        given = String(right['refresh_token'])
        return right
      },
    })
    const prefix = stores.newPrefix()
    const stage = await openStage(adapter, servers, {
      store: stores.open('redis', { prefix }),
      facts: { backchannelLogout: 'accept' },
    })
    await signIn(stage.browser)
    expectNoLeak([given], { dump: await stores.dump(prefix) })
  })

  it('may name a session that is used again: what began before it ends, and not the sign-in after it (BL-01)', async () => {
    const stage = await open()
    servers.idp.change({ idToken: { claims: (right) => ({ ...right, sid: 'always-the-same' }) } })
    await signIn(stage.browser)
    expect(await send(stage, await logoutToken({ sid: 'always-the-same' }))).toBe(200)
    await expectAnonymous(stage.browser)
    await signIn(stage.browser)
    await expectSession(stage.browser)
    expect(await send(stage, await logoutToken({ sid: 'always-the-same' }))).toBe(200)
    await expectAnonymous(stage.browser)
  })

  it('says no-store whatever it is told (BL-18)', async () => {
    const stage = await open()
    for (const answer of [
      await post(stage, 'logout_token=x'),
      await post(stage, ''),
      await post(stage, '{}', 'application/json'),
      await post(stage, 'logout_token=x', undefined, 'nobody'),
    ]) {
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.headers.get('cache-control')).toContain('no-store')
    }
  })

  it('has no address for it where nobody said so: that is 404 (BL-19, decision 20)', async () => {
    const stage = await openStage(adapter, servers, { store: stores.open('memory') })
    expect(await send(stage, await logoutToken({ subject: 'user-1' }))).toBe(404)
  })

  it.each([
    ['is down', json(503, {})],
    ['sends a page', { status: 200, body: '<h1>' }],
    ['breaks off', 'reset' as const],
  ])('whose key set %s ends nothing, and is not asked again and again (BL-20)', async (_, answer) => {
    const store = stores.open('memory')
    const before = await open(store)
    await signInAs(before.browser)
    // A process that does not know the keys yet.
    const stage = await open(store)
    const member = stage.newBrowser()
    member.cookies.restore(before.browser.cookies.snapshot())
    servers.idp.change({ endpoints: { jwks: answer } })
    const asked = servers.received('jwks').length
    for (let count = 0; count < 10; count += 1) {
      expect([400, 503]).toContain(await send(stage, await logoutToken({ subject: 'user-1' })))
    }
    expect(servers.received('jwks').length - asked).toBeLessThanOrEqual(2)
    await expectSession(member)
  })

  it.each(STORES)(
    'also ends a session that was sealed before there was a store, and is not in it yet: %s (BL-01, BL-19)',
    async (kind) => {
      const before = await openStage(adapter, servers)
      const [one, two] = [before.browser, before.newBrowser()]
      const sid = await signInAs(one)
      await signInAs(two)
      const stage = await open(stores.open(kind))
      expect(await send(stage, await logoutToken({ sid }))).toBe(200)
      const [moved, kept] = [stage.browser, stage.newBrowser()]
      moved.cookies.restore(one.cookies.snapshot())
      kept.cookies.restore(two.cookies.snapshot())
      // And it stays ended, though its cookie is still about.
      for (let visit = 0; visit < 2; visit += 1) await expectAnonymous(moved)
      await expectSession(kept)
      expect(stage.events.filter(({ type }) => type === 'session_ended')).toMatchObject([{ cause: 'provider' }])
      await signIn(moved)
      await expectSession(moved)
    },
  )

  it.each(STORES)('also ends a sign-in that was under way when it said so: %s (BL-01)', async (kind) => {
    const stage = await open(stores.open(kind))
    const hold = Promise.withResolvers<void>()
    servers.idp.change({
      endpoints: {
        token: async (_request, defaultAnswer) => {
          const answer = await defaultAnswer()
          await hold.promise
          return answer
        },
      },
    })
    const pending = await pendingLogin(stage.browser)
    const page = pending.deliver()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await send(stage, await logoutToken({ subject: 'user-1' }))).toBe(200)
    hold.resolve()
    expectClean(await page, 403)
    await expectAnonymous(stage.browser)
    servers.idp.restore()
    await signIn(stage.browser)
    await expectSession(stage.browser)
  })
})

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 300 && !condition(); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(condition()).toBe(true)
}

function encoded(claims: Claims): string {
  return Buffer.from(JSON.stringify(claims)).toString('base64url')
}

type Operation = 'get' | 'put' | 'take' | 'delete' | 'keysOf'

/** A store that can be made to fail once. */
function failing(store: Store): { readonly store: Store; failOnceAt(operation: Operation): void } {
  let broken: Operation | undefined
  const asked = (operation: Operation): void => {
    if (broken !== operation) return
    broken = undefined
    throw new GatewayError('store_unavailable', { retryAfter: 1 })
  }
  return {
    failOnceAt(operation) {
      broken = operation
    },
    store: {
      async get(key) {
        asked('get')
        return store.get(key)
      },
      async put(key, record, condition) {
        asked('put')
        return store.put(key, record, condition)
      },
      async take(key) {
        asked('take')
        return store.take(key)
      },
      async delete(key) {
        asked('delete')
        return store.delete(key)
      },
      async keysOf(index) {
        asked('keysOf')
        return store.keysOf(index)
      },
      lease: (...lease) => store.lease(...lease),
      extend: (...lease) => store.extend(...lease),
      release: (...lease) => store.release(...lease),
      close: () => store.close(),
    },
  }
}
