import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGateway, type GatewayEvent, type GatewayOptions, insecureLoopback, memoryStore } from '@postern/core'
import { oauth2 } from '@postern/providers/oauth2'
import { oidc } from '@postern/providers/oidc'
import { html, json, redirect, startScriptedProvider } from '@postern/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ADAPTERS, startApp } from '../apps.ts'
import { expectAlive, expectClean, expectNoSession, expectSession } from '../outcomes.ts'
import {
  CLIENT_SECRET,
  idpOf,
  ORIGIN,
  openStage,
  pendingLogin,
  SECRET,
  signIn,
  startLogin,
  useServers,
} from '../stage.ts'
import { useStores } from '../stores.ts'

const servers = useServers()
const stores = useStores()

describe.each(ADAPTERS)('on %s, the metadata of a provider', (adapter) => {
  it.each<[string, (issuer: string) => unknown]>([
    ['another issuer', () => 'https://evil.example'],
    ['another path', (issuer) => `${issuer}/realms/other`],
    ['a host in capitals', (issuer) => issuer.replace('localhost', 'LOCALHOST')],
    ['a slash more', (issuer) => `${issuer}/`],
    ['another scheme', (issuer) => issuer.replace('http:', 'https:')],
    ['another port', (issuer) => issuer.replace(/:\d+$/, ':1')],
    ['no issuer', () => undefined],
    ['a list of issuers', (issuer) => [issuer]],
    ['null', () => null],
  ])('that names %s is not used (CF-01)', async (_, change) => {
    servers.idp.change({ metadata: { issuer: change(servers.idp.issuer) } })
    const { browser } = await openStage(adapter, servers)
    const page = await startLogin(browser)
    expectClean(page, 503)
    expect(page.setCookies).toEqual([])
    expect([servers.received('authorization'), servers.received('token')]).toEqual([[], []])
    servers.idp.restore()
    await expectAlive(browser)
  })

  it.each([
    'token_endpoint',
    'jwks_uri',
    'authorization_endpoint',
    'userinfo_endpoint',
    'revocation_endpoint',
    'end_session_endpoint',
    'pushed_authorization_request_endpoint',
  ])('with plain http for its %s is not used, and nothing goes there (CF-02)', async (name) => {
    for (const address of [
      'http://evil.example/x',
      'http://idp.example/x',
      'ftp://localhost/x',
      'javascript:alert(1)',
      '//evil.example',
      '/relative',
      'https://user:password@idp.example/x',
      7,
      'https://idp.example/x#fragment',
      'https://idp.example/ä b',
    ]) {
      servers.idp.change({ metadata: { [name]: address } })
      const { browser } = await openStage(adapter, servers)
      expectClean(await startLogin(browser), 503)
    }
    expect([servers.received('authorization'), servers.received('token')]).toEqual([[], []])
  })

  it('with http at another host of this computer is not used where the provider is not marked for it (CF-02, CF-03)', async () => {
    const { origin } = servers.evil
    const secure = await secureIdp({ token_endpoint: `${origin}/token`, jwks_uri: `${origin}/jwks` })
    const providers = [
      idpOf(servers.idp),
      oidc({ id: 'secure', issuer: secure.issuer, clientId: 'x', clientSecret: CLIENT_SECRET }),
    ]
    const { browser } = await openStage(adapter, servers, { providers, fetch: secure.fetch })
    const before = servers.evil.connections
    expectClean(await startLogin(browser, '', 'secure'), 503)
    expect(servers.evil.connections).toBe(before)
    // And the provider that is marked works beside it.
    await signIn(browser)
    await expectSession(browser)
  })

  it('is fetched again when the provider comes up after the application (CF-04)', async () => {
    let time = Date.now()
    const { port, origin } = await freePort()
    const provider = oidc({
      id: 'idp',
      issuer: origin,
      clientId: 'rows',
      clientSecret: CLIENT_SECRET,
      loopback: insecureLoopback,
      timeout: 1,
    })
    const { browser } = await openStage(adapter, servers, { providers: [provider], now: () => time })
    await expectAlive(browser)
    const page = await startLogin(browser)
    expectClean(page, 503)
    expect(Number(page.headers.get('retry-after'))).toBeLessThanOrEqual(5)

    const late = await startScriptedProvider({ hostname: 'localhost', port })
    onTestFinished(() => late.close())
    late.register({
      id: 'rows',
      authentication: { method: 'client_secret_post', secret: CLIENT_SECRET },
      redirectUris: [`${ORIGIN}/auth/callback/idp`],
    })
    // Before the pause is over nobody asks; afterwards everybody who comes shares one question.
    await startLogin(browser)
    expect(late.requestsTo('discovery').length).toBeLessThanOrEqual(1)
    time += 5_001
    await signIn(browser)
    await expectSession(browser)
    expect(late.requestsTo('discovery').length).toBe(1)
  })

  it('is asked for once, however many people meet an outage, and a session that is there goes on (CF-04)', async () => {
    let time = Date.now()
    const { browser, newBrowser } = await openStage(adapter, servers, { now: () => time })
    await signIn(browser)
    const restarted = await openStage(adapter, servers, { now: () => time })
    restarted.browser.cookies.restore(browser.cookies.snapshot())
    servers.idp.change({ endpoints: { discovery: json(500, {}) } })
    await expectSession(restarted.browser)
    const before = servers.received('discovery').length
    const pages = await Promise.all(Array.from({ length: 20 }, () => startLogin(restarted.newBrowser())))
    for (const page of pages) {
      expectClean(page, 503)
      expect(page.headers.get('retry-after')).toMatch(/^\d+$/)
    }
    expect(servers.received('discovery').length - before).toBe(1)
    time += 5_001
    servers.idp.restore()
    await signIn(restarted.newBrowser())
    // The one who knows the provider since before the outage never asked.
    await signIn(newBrowser())
  })

  it.each([
    ['a page', html(200, '<h1>hello</h1>')],
    ['a list', json(200, [])],
    ['nothing', json(200, {})],
    ['silence', 'hang' as const],
    ['a broken connection', 'reset' as const],
    ['a 404', json(404, {})],
  ])('that is %s makes the provider unavailable, and nothing else (CF-04)', async (_, answer) => {
    servers.idp.change({ endpoints: { discovery: answer } })
    const { browser } = await openStage(adapter, servers, { facts: { timeout: 1 } })
    expectClean(await startLogin(browser), 503, 504)
    await expectAlive(browser)
    await expectNoSession(browser)
  })

  it.each(['discovery', 'jwks', 'token', 'userinfo', 'revocation', 'pushedAuthorizationRequest'] as const)(
    'and of its %s endpoint no redirect is followed (CF-09)',
    async (endpoint) => {
      const before = servers.evil.connections
      for (const status of [301, 302, 303, 307, 308]) {
        servers.idp.change({
          endpoints: { [endpoint]: redirect(`${servers.evil.origin}/${endpoint}`, status) },
          ...(endpoint === 'pushedAuthorizationRequest' ? { pushedAuthorizationRequests: 'required' as const } : {}),
        })
        const { browser } = await openStage(adapter, servers)
        const page = await browser.navigate('/auth/login/idp')
        if (endpoint !== 'userinfo' && endpoint !== 'revocation') expectClean(page, 502, 503)
        else await browser.fetch('/auth/logout', { from: ORIGIN, method: 'POST' })
        if (endpoint === 'revocation') await until(() => servers.received('revocation').length > 0)
      }
      expect(servers.evil.connections).toBe(before)
    },
  )

  it('comes from the configured issuer, whatever a request says (CF-08)', async () => {
    const { browser } = await openStage(adapter, servers)
    const before = servers.evil.connections
    const evil = encodeURIComponent(servers.evil.origin)
    for (const [address, status] of [
      [`/auth/login/idp?issuer=${evil}`, 303],
      [`/auth/login/idp?provider=../../x&authority=${evil}&discovery=${evil}`, 303],
      [`/auth/login/idp?iss=${evil}`, 400],
      [`/auth/login?iss=${evil}`, 400],
      ['/auth/login/..%2f..%2fx', 404],
      [`/auth/login/${evil}`, 404],
      [`/auth/callback/idp?iss=${evil}&code=x&state=y`, 400],
    ] as const) {
      const page = await browser.navigate(address, { redirects: 'manual' })
      expect([address, page.status]).toEqual([address, status])
      if (status === 303) expect(page.location?.startsWith(servers.idp.endpoints.authorization)).toBe(true)
      else expectClean(page)
    }
    expect(servers.evil.connections).toBe(before)
  })
})

describe.each(ADAPTERS)('on %s, the keys of a provider', (adapter) => {
  it('are fetched again when one signs that is not known, between two sign-ins and right before one (CF-05)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    for (const old of ['keep-old', 'drop-old'] as const) {
      await servers.idp.rotateKeys(old)
      await signIn(browser)
      await expectSession(browser)
    }
    const pending = await pendingLogin(browser)
    await servers.idp.rotateKeys('drop-old')
    expect((await pending.deliver()).status).toBe(303)
    await expectSession(browser)
    expect(servers.received('jwks').length).toBe(4)
  })

  it('are fetched once for as many people as sign in at once with a new one (CF-05)', async () => {
    const { newBrowser } = await openStage(adapter, servers)
    await signIn(newBrowser())
    await servers.idp.rotateKeys('drop-old')
    const before = servers.received('jwks').length
    const pending = await Promise.all(Array.from({ length: 10 }, () => pendingLogin(newBrowser())))
    for (const page of await Promise.all(pending.map(({ deliver }) => deliver()))) expect(page.status).toBe(303)
    expect(servers.received('jwks').length - before).toBeLessThanOrEqual(2)
  })

  it('are not fetched for a thousand logout tokens that strangers post (CF-06)', async () => {
    const { app, browser } = await openStage(adapter, servers, {
      store: stores.open('memory'),
      facts: { backchannelLogout: 'accept' },
    })
    await signIn(browser)
    const before = servers.received('jwks').length
    const post = async (count: number) => {
      const header = { alg: 'RS256', kid: `stranger-${count}-${Math.random()}`, typ: 'logout+jwt' }
      const token = await servers.idp.logoutToken({
        clientId: 'rows',
        subject: 'user-1',
        header,
        signWith: 'unpublished-key',
      })
      const answer = await fetch(`${app.address}/auth/backchannel-logout/idp`, {
        method: 'POST',
        body: new URLSearchParams({ logout_token: token }),
      })
      await answer.body?.cancel()
      return answer.status
    }
    const statuses = new Set<number>()
    for (let round = 0; round < 20; round += 1) {
      for (const status of await Promise.all(Array.from({ length: 50 }, (_, index) => post(round * 50 + index))))
        statuses.add(status)
    }
    expect([...statuses]).toEqual([400])
    expect(servers.received('jwks').length - before).toBeLessThanOrEqual(2)
    await expectSession(browser)
    await expectAlive(browser)
  })
})

describe.each(ADAPTERS)('on %s, a configuration that leaves something open', (adapter) => {
  it('is warned of with a provider that rotates refresh tokens, until it is said how many processes there are (decision 19)', async () => {
    const facts = { id: 'a', issuer: 'https://a.example', clientId: 'x', clientSecret: 'y'.repeat(32) }
    const providers = [oidc({ ...facts, capabilities: { rotation: true } })]
    const printed: string[] = []
    const note = (warning: Error & { readonly code?: string }) => printed.push(`${warning.code} ${warning.message}`)
    process.on('warning', note)
    onTestFinished(() => void process.off('warning', note))
    const warned = async (options: Pick<GatewayOptions, 'providers'> & Partial<GatewayOptions>) => {
      printed.length = 0
      const events: GatewayEvent[] = []
      const gateway = createGateway({
        origin: ORIGIN,
        secrets: [SECRET],
        onEvent: (event) => events.push(event),
        ...options,
      })
      const app = await startApp(adapter, gateway)
      await app.close()
      return { events, printed: printed.filter((line) => line.startsWith('POSTERN_')) }
    }
    const { events, printed: lines } = await warned({ providers })
    expect(events).toEqual([
      expect.objectContaining({ type: 'start_up_warning', warning: 'rotation_without_store', provider: 'a' }),
    ])
    expect(lines).toEqual([expect.stringMatching(/^POSTERN_ROTATION_WITHOUT_STORE .*processes: 1.*store/)])
    // Nobody has to listen to events for it.
    expect((await warned({ providers, onEvent: () => undefined })).printed).toEqual(lines)
    for (const quiet of [{ processes: 1 }, { store: memoryStore() }, { store: memoryStore(), processes: 2 }]) {
      expect(await warned({ providers, ...quiet })).toEqual({ events: [], printed: [] })
    }
    expect(await warned({ providers: [oidc(facts)] })).toEqual({ events: [], printed: [] })
  })
})

describe('a configuration that would weaken something', () => {
  const good = (): GatewayOptions => ({ origin: ORIGIN, secrets: [SECRET], providers: [idpOf(servers.idp)] })
  const facts = { id: 'a', issuer: 'https://a.example', clientId: 'x', clientSecret: 'y'.repeat(32) }

  it.each<[string, RegExp, () => unknown]>([
    ['an empty client secret', /clientSecret/, () => oidc({ ...facts, clientSecret: '' })],
    [
      'a client secret beside a method that leaves it out',
      /clientSecret and clientAuthentication/,
      () => oidc({ ...facts, clientAuthentication: { method: 'none' } } as never),
    ],
    ['no client secret', /clientSecret/, () => oidc({ ...facts, clientSecret: undefined } as never)],
    [
      'a cookie secret of 31 octets',
      /secrets\[0\].*32/,
      () => createGateway({ ...good(), secrets: ['aB3$'.repeat(8).slice(1)] }),
    ],
    [
      'a cookie secret that is one character',
      /secrets\[0\]/,
      () => createGateway({ ...good(), secrets: ['a'.repeat(64)] }),
    ],
    [
      'a cookie secret from an example',
      /secrets\[0\]/,
      () => createGateway({ ...good(), secrets: ['changeme-changeme-changeme-changeme'] }),
    ],
    ['no cookie secret', /secrets/, () => createGateway({ ...good(), secrets: [] })],
    [
      'a short cookie secret behind a good one',
      /secrets\[1\]/,
      () => createGateway({ ...good(), secrets: [SECRET, 'short'] }),
    ],
    ['an option nobody knows', /sesion/, () => createGateway({ ...good(), sesion: {} } as never)],
    [
      'a session option nobody knows',
      /session\.idelTimeout/,
      () => createGateway({ ...good(), session: { idelTimeout: 1 } } as never),
    ],
    ['a fact nobody knows', /pkce/, () => oidc({ ...facts, pkce: false } as never)],
    [
      'two providers of one id',
      /"a"/,
      () => createGateway({ ...good(), providers: [oidc(facts), oidc({ ...facts, issuer: 'https://b.example' })] }),
    ],
    [
      'two providers of one issuer',
      /https:\/\/a\.example/,
      () => createGateway({ ...good(), providers: [oidc(facts), oidc({ ...facts, id: 'b' })] }),
    ],
    [
      'two kinds of provider of one issuer',
      /https:\/\/a\.example/,
      () => createGateway({ ...good(), providers: [oidc(facts), plain('b', 'https://a.example')] }),
    ],
    ['no provider', /providers/, () => createGateway({ ...good(), providers: [] } as never)],
    [
      'a well-known address for an issuer',
      /well-known/,
      () => oidc({ ...facts, issuer: 'https://a.example/.well-known/openid-configuration' }),
    ],
    ['an issuer of plain http', /issuer/, () => oidc({ ...facts, issuer: 'http://a.example' })],
    [
      'an issuer of plain http, marked for loopback',
      /issuer/,
      () => oidc({ ...facts, issuer: 'http://a.example', loopback: insecureLoopback }),
    ],
    [
      'an issuer on this computer that is not marked',
      /loopback/,
      () => oidc({ ...facts, issuer: 'http://localhost:1' }),
    ],
    [
      'a mark that is no symbol',
      /loopback/,
      () => oidc({ ...facts, issuer: 'http://localhost:1', loopback: true } as never),
    ],
    [
      'a mark from JSON',
      /loopback/,
      () => oidc({ ...facts, issuer: 'http://localhost:1', loopback: 'postern.insecureLoopback' } as never),
    ],
    [
      'a mark of the same name',
      /loopback/,
      () => oidc({ ...facts, issuer: 'http://localhost:1', loopback: Symbol('postern.insecureLoopback') } as never),
    ],
    ['an endpoint of plain http', /token/, () => oidc({ ...facts, endpoints: { token: 'http://a.example/token' } })],
    [
      'an endpoint with a fragment',
      /authorization/,
      () => oidc({ ...facts, endpoints: { authorization: 'https://a.example/a#b' } }),
    ],
    ['a redirect URI with a fragment', /redirectUri/, () => oidc({ ...facts, redirectUri: `${ORIGIN}/cb#x` })],
    ['a relative redirect URI', /redirectUri/, () => oidc({ ...facts, redirectUri: '/cb' })],
    [
      'a lifetime of nothing',
      /transaction\.lifetime/,
      () => createGateway({ ...good(), transaction: { lifetime: 0 } }),
    ],
    [
      'a lifetime of words',
      /session\.idleTimeout/,
      () => createGateway({ ...good(), session: { idleTimeout: '1h' } } as never),
    ],
    [
      'a session for ever',
      /session\.absoluteTimeout/,
      () => createGateway({ ...good(), session: { absoluteTimeout: Number.POSITIVE_INFINITY } }),
    ],
    [
      'a session of no number',
      /session\.absoluteTimeout/,
      () => createGateway({ ...good(), session: { absoluteTimeout: Number.NaN } }),
    ],
    [
      'logout by the provider without a store',
      /store/,
      () => createGateway({ ...good(), providers: [oidc({ ...facts, backchannelLogout: 'accept' })] }),
    ],
    [
      'rotation in several processes without a store',
      /store/,
      () =>
        createGateway({ ...good(), processes: 2, providers: [oidc({ ...facts, capabilities: { rotation: true } })] }),
    ],
    [
      'a start page of another site',
      /defaultReturnTo/,
      () => createGateway({ ...good(), defaultReturnTo: '//evil.example' }),
    ],
    ['a cookie prefix that is none', /cookiePrefix/, () => createGateway({ ...good(), cookiePrefix: 'a;b' })],
  ])('is refused at start-up by name: %s (CF-03, CF-07, BL-19)', (_, message, make) => {
    expect(make).toThrow(message)
    expect(make).toThrow(expect.objectContaining({ code: 'config_invalid' }))
  })

  it('is refused with everything that is wrong with it at once, and no secret is printed (CF-07)', () => {
    const make = () =>
      createGateway({
        origin: 'http://app.example',
        secrets: ['hunter2'],
        providers: [],
        basePath: 'auth',
        more: 1,
      } as never)
    expect(make).toThrow(/origin[\s\S]*secrets\[0\][\s\S]*providers[\s\S]*basePath/)
    expect(make).not.toThrow(/hunter2/)
  })

  it('ends the process that it was written for with a message that names it (CF-07)', async () => {
    const { spawnSync } = await import('node:child_process')
    const code = `import { createGateway } from '@postern/core'
      createGateway({ origin: 'https://app.example', secrets: ['hunter2'], providers: [], sesion: {} })`
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--conditions=source', '--input-type=module', '--eval', code],
      { cwd: import.meta.dirname, encoding: 'utf8' },
    )
    expect(status).not.toBe(0)
    expect(stderr).toMatch(/sesion/)
    expect(stderr).not.toContain('hunter2')
  })

  it('is told from one that is good, however short its times and however high its limits (CF-07, decision 15)', () => {
    const short = { idleTimeout: 1, absoluteTimeout: 1 }
    const rate = { requests: 1_000_000, seconds: 1 }
    const bold = { session: short, transaction: { lifetime: 1 }, rates: { login: rate, callback: rate } }
    expect(createGateway({ ...good(), ...bold, providers: [idpOf(servers.idp, { timeout: 1 })] }).basePath).toBe(
      '/auth',
    )
    expect(createGateway(good()).redirectUris).toEqual({ idp: `${ORIGIN}/auth/callback/idp` })
  })
})

function plain(id: string, issuer: string) {
  return oauth2({
    id,
    issuer,
    clientId: 'x',
    clientSecret: 'y'.repeat(32),
    endpoints: { authorization: `${issuer}/a`, token: `${issuer}/t`, userinfo: `${issuer}/u` },
    user: () => ({ id: '1' }),
  })
}

/** An https provider, as far as `fetch` can tell, whose metadata has these endpoints. */
async function secureIdp(metadata: Readonly<Record<string, string>>) {
  const issuer = 'https://idp.example'
  const fetchIt: typeof fetch = async (input, init) => {
    const url = String(input)
    if (url !== `${issuer}/.well-known/openid-configuration`) return fetch(input, init)
    return Response.json({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      ...metadata,
    })
  }
  return { issuer, fetch: fetchIt }
}

async function freePort(): Promise<{ port: number; origin: string }> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // A TCP server has an address object; only pipes have a string.
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return { port, origin: `http://localhost:${port}` }
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200 && !condition(); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(condition()).toBe(true)
}
