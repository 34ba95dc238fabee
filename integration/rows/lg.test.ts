import { inspect } from 'node:util'
import { createGateway, defineProvider, type GatewayEvent, type GatewayOptions, insecureLoopback } from '@postern/core'
import { oidc } from '@postern/providers/oidc'
import { redisStore } from '@postern/redis'
import { createBrowser, html, json, type Page, type RecordedRequest } from '@postern/testing'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { ADAPTERS, startApp } from '../apps.ts'
import { expectNoLeak, transactionCookies } from '../outcomes.ts'
import {
  altered,
  aniListOf,
  arrive,
  CLIENT_SECRET,
  idpOf,
  ORIGIN,
  openStage,
  pendingLogin,
  SECRET,
  SESSION,
  type Stage,
  signIn,
  useServers,
} from '../stage.ts'
import { useStores } from '../stores.ts'

const servers = useServers()
const stores = useStores()
const printed: string[] = []

beforeEach(() => {
  printed.length = 0
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    vi.spyOn(console, method).mockImplementation((...values) => {
      printed.push(inspect(values, { depth: 12 }))
    })
  }
})

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(ADAPTERS)('on %s, what is written down', (adapter) => {
  it.each(['sealed', 'memory'] as const)(
    'holds no token, code, verifier, secret or cookie of a whole visit: %s sessions (LG-01, SC-15)',
    async (kind) => {
      let time = Date.now()
      const now = () => time
      servers.idp.change({ accessTokenLifetime: 60 })
      const stage = await openStage(adapter, servers, {
        now,
        facts: { apiOrigins: [servers.idp.origin], ...(kind === 'sealed' ? {} : { backchannelLogout: 'accept' }) },
        ...(kind === 'sealed' ? {} : { store: stores.open('memory', { now }) }),
      })
      const { browser } = stage
      const watched = watch(stage)
      watched.note(await browser.navigate('/members?access_token=planted-by-the-url'))
      watched.note(await browser.fetch('/token'))
      watched.note(await browser.fetch(`/api?to=${servers.idp.endpoints.userinfo}`))
      time += 61_000
      watched.note(await browser.fetch('/token'))
      watched.note(await browser.fetch('/auth/session'))
      watched.note(await browser.fetch('/auth/sessions'))
      const sid = sidOf(watched)
      if (kind === 'memory') {
        const token = await servers.idp.logoutToken({ clientId: 'rows', sid })
        const body = new URLSearchParams({ logout_token: token })
        watched.secrets.push(token)
        watched.note(await browser.navigate('/auth/backchannel-logout/idp', { method: 'POST', body }))
        watched.note(await browser.navigate('/auth/backchannel-logout/idp', { method: 'POST', body: `${body}x` }))
      }
      watched.note(await signIn(browser))
      watched.note(await (await browser.navigate('/auth/logout')).submit())
      watched.expectNothing()
      expect(stage.app.log().length).toBeGreaterThan(500)
      expect(watched.secrets.length).toBeGreaterThan(10)
    },
  )

  it('holds none of them when things go wrong, whatever it is that goes wrong (LG-01, LG-02)', async () => {
    const stage = await openStage(adapter, servers, { facts: { timeout: 1 } })
    const watched = watch(stage)
    const wrong: readonly Parameters<typeof servers.idp.change>[0][] = [
      // First, while the keys are not known yet.
      { endpoints: { jwks: json(500, { canary: 'canary-of-the-keys' }) } },
      { tokenResponse: { token_type: 'mac' } },
      { tokenResponse: { token_type: undefined } },
      { tokenResponse: { expires_in: 'soon', token_type: 7 } },
      { tokenResponse: { access_token: 'canary-token\r\nX-Injected: 1' } },
      { tokenResponse: { refresh_token: { nested: 'canary-refresh-token' } } },
      { tokenResponse: { id_token: 'canary.id.token-that-is-none' } },
      { tokenResponse: { scope: ['canary-scope-in-a-list'] } },
      { idToken: { claims: { nonce: 'canary-nonce-of-another' } } },
      { idToken: { claims: { aud: 'canary-audience-of-another' } } },
      { idToken: { signWith: 'unpublished-key' } },
      { idToken: { tamper: (token) => `${token}canary-behind-the-token` } },
      { endpoints: { token: json(400, { error: 'invalid_grant', error_description: 'canary-description-1' }) } },
      {
        endpoints: {
          token: json(
            401,
            { error: 'invalid_client', hint: 'canary-hint' },
            { 'www-authenticate': 'Basic realm="canary-realm"' },
          ),
        },
      },
      { endpoints: { token: json(200, { error: 'made_up_here', hint: 'canary-hint-beside-it' }) } },
      { endpoints: { token: html(200, '<p>canary-page-of-the-provider</p>') } },
      { endpoints: { token: { status: 200, body: '{"access_token":"canary-of-broken-json' } } },
      { endpoints: { token: 'reset' } },
      { endpoints: { token: 'hang' } },
      { endpoints: { userinfo: json(200, { sub: 'canary-of-another-user' }) } },
      { authorizationResponse: { iss: 'https://canary-issuer.example' } },
      { authorizationResponse: { error: 'access_denied', error_description: 'canary-denial-of-access' } },
      { authorizationResponse: { state: 'canary-state-of-another' } },
      { authorizationResponse: { code: ['canary-code-1', 'canary-code-2'] } },
    ]
    for (const change of wrong) {
      watched.record(change)
      const browser = stage.newBrowser()
      const pending = await pendingLogin(browser)
      watched.secrets.push(...transactionCookies(browser).map(({ value }) => value))
      const page = await pending.deliver()
      watched.note(page)
      expect(page.status).toBeGreaterThanOrEqual(400)
      servers.idp.restore()
    }
    watched.expectNothing()
    const everything = [stage.app.log(), inspect(stage.events, { depth: 12 }), watched.shown(), printed.join()]
    for (const text of everything) expect(text).not.toContain('canary')
  })

  it('holds none of them when a refresh fails and the framework logs what it was thrown (LG-01, LG-02)', async () => {
    let time = Date.now()
    servers.idp.change({ accessTokenLifetime: 60 })
    const stage = await openStage(adapter, servers, { now: () => time, facts: { timeout: 1 } })
    const { browser } = stage
    const watched = watch(stage)
    watched.note(await signIn(browser))
    for (const answer of [
      json(503, { canary: 'canary-of-an-outage' }),
      json(400, { error: 'invalid_scope', error_description: 'canary-description-2' }),
      'reset' as const,
      json(200, { access_token: 'canary-token-without-a-type' }),
      json(400, { error: 'invalid_grant', error_description: 'canary-description-3' }),
    ]) {
      time += 61_000
      servers.idp.change({ endpoints: { token: answer } })
      const page = await browser.fetch('/token')
      watched.note(page)
      expect(page.status).toBeGreaterThanOrEqual(400)
    }
    watched.expectNothing()
    for (const text of [stage.app.log(), inspect(stage.events, { depth: 12 }), watched.shown()]) {
      expect(text).not.toContain('canary')
    }
  })

  it('holds no code of a callback that was refused, in any method and any mode (LG-01)', async () => {
    const stage = await openStage(adapter, servers, { facts: { responseMode: 'form_post' } })
    const { browser } = stage
    const code = 'canary-code-that-must-not-be-logged'
    const state = 'canary-state-that-must-not-be-logged'
    const form = new URLSearchParams({ code, state, iss: servers.idp.issuer })
    const from = 'http://localhost/authorize'
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
      await browser.navigate(`/auth/callback/idp?${form}`, { method, redirects: 'manual' })
    }
    for (const [type, body] of [
      ['application/x-www-form-urlencoded', `${form}`],
      ['application/json', JSON.stringify(Object.fromEntries(form))],
      ['text/plain', `${form}`],
      ['multipart/form-data; boundary=x', `--x\r\n${form}\r\n--x--`],
      ['application/x-www-form-urlencoded', `${form}&more=${'x'.repeat(70_000)}`],
    ] as const) {
      await browser.navigate('/auth/callback/idp', { method: 'POST', body, from, headers: { 'content-type': type } })
    }
    for (const path of [
      '/auth/callback/nobody',
      '/auth/callback/',
      '/auth/login/idp',
      '/auth/signed-out',
      '/auth/logout',
    ]) {
      await browser.navigate(`${path}?${form}`, { redirects: 'manual' })
    }
    expectNoLeak([code, state], {
      log: stage.app.log(),
      events: inspect(stage.events, { depth: 12 }),
      console: printed.join(),
    })
  })

  it('has nothing of AniList’s either, when its API is down (LG-01)', async () => {
    const stage = await openStage(adapter, servers, { providers: [aniListOf(servers.aniList)] })
    const { browser } = stage
    for (const fault of ['error-in-200', 'invalid-token', 'html', 'disabled', 'not-json'] as const) {
      servers.aniList.faults.set('graphql', fault)
      await browser.navigate('/auth/login/anilist')
    }
    servers.aniList.faults.clear()
    await signIn(browser, '/one', 'anilist')
    await browser.fetch('/token')
    const secrets = servers.aniList
      .requestsTo('token')
      .flatMap(({ form }) => [form.get('code') ?? '', form.get('code_verifier') ?? ''])
      .concat(
        servers.aniList
          .requestsTo('graphql')
          .map(({ headers }) => String(headers.authorization).replace('Bearer ', '')),
      )
    expect(secrets.length).toBeGreaterThan(5)
    expectNoLeak([...new Set(secrets.filter((secret) => secret.length > 15)), CLIENT_SECRET], {
      log: stage.app.log(),
      events: inspect(stage.events, { depth: 12 }),
      console: printed.join(),
    })
  })

  it('has no line that an attacker wrote (LG-03)', async () => {
    const stage = await openStage(adapter, servers)
    const { browser } = stage
    const attack = 'x\u001b[31m\r\n{"level":50,"msg":"admin signed in"}'
    const encoded = encodeURIComponent(attack)
    servers.idp.change({ endpoints: { token: json(400, { error: attack, error_description: attack }) } })
    await (await pendingLogin(browser)).deliver()
    servers.idp.change({ authorizationResponse: { error: attack, error_description: attack } })
    await (await pendingLogin(browser)).deliver()
    for (const path of [`/auth/login/${encoded}`, `/auth/callback/${encoded}`, `/auth/nothing/${encoded}`]) {
      await browser.navigate(path, { redirects: 'manual' })
    }
    await browser.navigate(`/auth/callback/idp?error=${encoded}&state=${encoded}`)
    servers.idp.restore()
    servers.idp.change({ user: { sub: 'user-1', name: attack } })
    await signIn(browser)
    for (const event of stage.events) {
      for (const value of Object.values(event)) expect(String(value)).not.toMatch(/\p{Cc}|admin signed in/u)
    }
    // One line of JSON for each entry, and none of them the attacker's.
    if (adapter === 'fastify') {
      for (const line of stage.app.log().trim().split('\n'))
        expect(JSON.parse(line)).not.toMatchObject({ msg: 'admin signed in' })
    }
    expect(stage.app.log()).not.toContain('\u001b[31m')
  })

  it('has no markup that somebody wrote into an answer (LG-03)', async () => {
    const markup = '<script>alert(1)</script>'
    const { app, browser, events } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    await arrive(browser, altered(pending.url, { code: undefined, error: markup }))
    servers.idp.change({ endpoints: { token: json(400, { error: markup }) } })
    await (await pendingLogin(browser)).deliver()
    const failed = events.filter(({ type }) => type === 'sign_in_failed')
    expect(failed).toMatchObject([{ code: 'authorization_refused' }, { code: 'code_refused' }])
    expect(JSON.stringify(events) + app.log()).not.toContain('alert(1)')
  })

  it('says what happened to whom, and the events of one request belong together (LG-04)', async () => {
    let time = Date.now()
    servers.idp.change({ accessTokenLifetime: 60 })
    const { browser, events, newBrowser } = await openStage(adapter, servers, {
      now: () => time,
      store: stores.open('memory', { now: () => time }),
      facts: { backchannelLogout: 'accept' },
    })
    await browser.fetch('/members', { from: ORIGIN })
    const pending = await pendingLogin(browser)
    await pending.deliver()
    time += 61_000
    await browser.fetch('/token')
    await arrive(browser, altered(pending.url, { state: 'another' }))
    servers.idp.change({ authorizationResponse: { error: 'access_denied', code: undefined } })
    await (await pendingLogin(newBrowser())).deliver()
    servers.idp.restore()
    await browser.fetch('/auth/logout', { method: 'POST' })
    await signIn(browser)
    await signIn(browser)
    const token = await servers.idp.logoutToken({ clientId: 'rows', subject: 'user-1' })
    const body = new URLSearchParams({ logout_token: token })
    await newBrowser().navigate('/auth/backchannel-logout/idp', { method: 'POST', body })

    expect(typesOf(events)).toEqual([
      'access_denied sign_in_required',
      'sign_in_started',
      'callback_accepted',
      'code_exchanged',
      'signed_in',
      'token_refreshed',
      'request_refused transaction_missing',
      'sign_in_started',
      'sign_in_failed sign_in_denied',
      'signed_out',
      'sign_in_started',
      'callback_accepted',
      'code_exchanged',
      'signed_in',
      'sign_in_started',
      'callback_accepted',
      'code_exchanged',
      'session_ended replaced',
      'signed_in',
      'session_ended provider',
    ])
    for (const event of events) {
      expect(event.reference).toMatch(/^[\w-]{8,}$/)
      expect(event.time).toBeTypeOf('number')
    }
    const [, , accepted, exchanged, signedIn] = events
    expect(new Set([accepted, exchanged, signedIn].map((event) => event?.reference)).size).toBe(1)
    expect(signedIn).toMatchObject({ provider: 'idp', subject: 'user-1' })
  })

  it('is not what a listener of the application can break (LG-04)', async () => {
    const { browser } = await openStage(adapter, servers, {
      onEvent: () => {
        throw new Error('the disk of the log is full')
      },
    })
    expect((await signIn(browser)).url).toBe(`${ORIGIN}/one`)
    const asynchronous = await openStage(adapter, servers, {
      onEvent: () => Promise.reject(new Error('full')) as never,
    })
    expect((await signIn(asynchronous.browser)).url).toBe(`${ORIGIN}/one`)
  })
})

describe('a gateway that somebody prints', () => {
  const options = (): GatewayOptions => ({ origin: ORIGIN, secrets: [SECRET], providers: [idpOf(servers.idp)] })

  it('shows no secret: not the gateway, its options’ providers, nor anything in them (LG-05)', () => {
    const given = options()
    const gateway = createGateway(given)
    for (const value of [gateway, given.providers, { ...given.providers[0] }, structuredCloneOf(given.providers[0])]) {
      for (const text of [inspect(value, { depth: 30 }), inspect(value), JSON.stringify(value) ?? '', String(value)]) {
        expect(text).not.toContain(CLIENT_SECRET)
        expect(text).not.toContain(SECRET)
      }
    }
  })

  it.each<[string, (secret: string) => unknown]>([
    ['a secret that is too short', (secret) => createGateway({ ...options(), secrets: [secret.slice(0, 20)] })],
    ['an option nobody knows', (secret) => createGateway({ ...options(), sectets: [secret] } as GatewayOptions)],
    [
      'an origin with a password',
      (secret) => createGateway({ ...options(), origin: `https://me:${secret}@app.example` }),
    ],
    [
      'an issuer with a password',
      (secret) => oidc({ id: 'a', issuer: `https://me:${secret}@idp.example`, clientId: 'x', clientSecret: secret }),
    ],
    [
      'a client secret without a client',
      (secret) => oidc({ id: 'a', issuer: 'https://idp.example', clientId: '', clientSecret: secret }),
    ],
    [
      'a key that is none',
      (secret) =>
        oidc({
          id: 'a',
          issuer: 'https://idp.example',
          clientId: 'x',
          clientAuthentication: { method: 'private_key_jwt', privateKey: secret },
        }),
    ],
    [
      'a secret nobody asked for',
      (secret) =>
        oidc({
          id: 'a',
          issuer: 'https://idp.example',
          clientId: 'x',
          clientAuthentication: { method: 'none', clientSecret: secret } as never,
        }),
    ],
    ['an address of Redis', (secret) => redisStore({ url: `rediss//me:${secret}@redis.example` })],
    [
      'an address of Redis and an option nobody knows',
      (secret) => redisStore({ url: `redis://me:${secret}@redis.example`, x: 1 } as never),
    ],
  ])('that was refused says why, and no secret: %s (LG-06, CF-07)', (_, make) => {
    const secret = 'Canary7Secret2Of9Nobody4Kx81QpLm'
    let failure: unknown
    try {
      make(secret)
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(Error)
    expect(inspect(failure, { depth: 30, showHidden: true })).not.toContain(secret.slice(0, 20))
  })

  it('is made of options that are still the caller’s own (LG-06)', () => {
    const given = options()
    const before = inspect(given, { depth: 5 })
    createGateway({ ...given, providers: [idpOf(servers.idp, { loopback: insecureLoopback })] })
    createGateway(given)
    expect(inspect(given, { depth: 5 })).toBe(before)
  })
})

describe('two gateways', () => {
  const castle = defineProvider({
    id: 'castle',
    protocol: 'oauth2',
    name: 'Castle',
    clientId: 'two-gateways',
    clientAuthentication: { method: 'client_secret_post', clientSecret: 'kept in this process' },
    endpoints: { authorization: 'https://castle.example/authorize', token: 'https://castle.example/token' },
    identify: async () => ({ id: 'nobody' }),
  })

  it('that are each mounted twice, and asked at once, never mix up their paths and cookies (LG-06)', async () => {
    const gateways = [
      { basePath: '/auth', cookiePrefix: 'postern' },
      { basePath: '/staff', cookiePrefix: 'staff' },
    ].map((names) =>
      createGateway({
        origin: ORIGIN,
        secrets: [SECRET],
        ...names,
        providers: [castle],
      }),
    )
    const mounts = await Promise.all(
      gateways.flatMap((gateway) =>
        ADAPTERS.map(async (adapter) => ({ gateway, app: await startApp(adapter, gateway) })),
      ),
    )
    onTestFinished(async () => {
      for (const { app } of mounts) await app.close()
    })
    const starts = Array.from({ length: 100 }, (_, index) =>
      mounts.map(async ({ gateway: { basePath }, app }) => {
        const browser = createBrowser({ origin: ORIGIN, hosts: { [ORIGIN]: app.address } })
        const guarded = await browser.navigate(`/members?${index}`, { redirects: 'manual' })
        expect(guarded.location).toBe(`${ORIGIN}${basePath}/login/castle?return_to=%2Fmembers%3F${index}`)
        const login = await guarded.follow({ redirects: 'manual' })
        const { searchParams } = new URL(login.location ?? '')
        expect(searchParams.get('redirect_uri')).toBe(`${ORIGIN}${basePath}/callback/castle`)
        const prefix = basePath === '/auth' ? '__Host-postern.' : '__Host-staff.'
        expect(login.setCookies.length).toBeGreaterThan(0)
        for (const line of login.setCookies) expect(line.startsWith(prefix)).toBe(true)
      }),
    )
    await Promise.all(starts.flat())
  })
})

interface Watched {
  /** Whatever must be found nowhere. */
  readonly secrets: string[]
  /** Makes the provider behave like this, and notes the tokens it gives out. */
  record(change?: Parameters<typeof servers.idp.change>[0]): void
  note(page: Page): void
  shown(): string
  /** NOLEAK: of everything the provider has been sent and has given out. */
  expectNothing(): void
}

/** Collects what a stage shows and what it must not. */
function watch({ app, events, browser }: Stage): Watched {
  const pages: string[] = []
  const sessions: string[] = []
  const secrets: string[] = []
  const cookies: string[] = []
  const record: Watched['record'] = (change = {}) => servers.idp.change({ tokenResponse: giving(secrets), ...change })
  record()
  return {
    secrets,
    record,
    note(page) {
      for (const { headers, setCookies } of page.chain) {
        const lines = [...headers].filter(([name]) => name !== 'set-cookie' && name !== 'location')
        pages.push(JSON.stringify(lines))
        cookies.push(...setCookies.map((line) => line.split(';', 1)[0]?.split('=')[1] ?? ''))
      }
      pages.push(page.text)
      sessions.push(browser.cookies.get(SESSION)?.value ?? '')
    },
    shown: () => pages.join('\n'),
    expectNothing() {
      const received = [
        ...servers.received('token'),
        ...servers.received('authorization'),
        ...servers.received('revocation'),
      ]
      const sent = received.flatMap(secretsIn)
      const all = [...secrets, ...sent, ...cookies, ...sessions, SECRET, CLIENT_SECRET]
      const long = [...new Set(all.filter((secret) => secret.length > 15))]
      expectNoLeak(long, { log: app.log(), events: inspect(events, { depth: 12 }), console: printed.join() })
      expectNoLeak(
        long.filter((secret) => !cookies.includes(secret)),
        { pages: pages.join('\n') },
      )
    },
  }
}

/** Notes the tokens that are given out. */
function giving(secrets: string[]) {
  return (right: Readonly<Record<string, unknown>>) => {
    for (const name of ['access_token', 'refresh_token', 'id_token']) {
      if (typeof right[name] === 'string') secrets.push(right[name], ...right[name].split('.').slice(2))
    }
    return right
  }
}

function secretsIn({ form, query }: RecordedRequest): readonly string[] {
  const names = ['code', 'code_verifier', 'refresh_token', 'token', 'state', 'nonce', 'client_secret', 'id_token_hint']
  return names.flatMap((name) => [form.get(name) ?? '', query.get(name) ?? ''])
}

function sidOf({ secrets }: Watched): string {
  const idToken = secrets.find((secret) => secret.startsWith('ey') && secret.split('.').length === 3) ?? ''
  return JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()).sid
}

function typesOf(events: readonly GatewayEvent[]): readonly string[] {
  return events.map((event) => {
    const detail = 'code' in event ? ` ${event.code}` : 'cause' in event ? ` ${event.cause}` : ''
    return event.type + detail
  })
}

/** What is left of a provider that was sent through a message channel, without what cannot be. */
function structuredCloneOf(value: object | undefined): unknown {
  return structuredClone(
    Object.fromEntries(Object.entries(value ?? {}).filter(([, member]) => typeof member !== 'function')),
  )
}
