import { createHash } from 'node:crypto'
import { createGateway, defineProvider, insecureLoopback } from '@postern/core'
import { oidc } from '@postern/providers/oidc'
import { html, json, type Page } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { ADAPTERS } from '../apps.ts'
import { expectClean, expectSession, transactionCookies } from '../outcomes.ts'
import {
  aniListOf,
  approve,
  CLIENT_SECRET,
  ORIGIN,
  openStage,
  SECRET,
  type Stage,
  signIn,
  startLogin,
  useServers,
} from '../stage.ts'

const servers = useServers()
const CALLBACK = `${ORIGIN}/auth/callback/idp`

describe.each(ADAPTERS)('on %s, the request for a sign-in', (adapter) => {
  it('asks for a code and for nothing that would travel through the browser (AR-01)', async () => {
    const { browser } = await openStage(adapter, servers)
    const query = await authorizationQuery(browser)
    expect(query.getAll('response_type')).toEqual(['code'])
    expect(query.get('response_mode') ?? 'query').toBe('query')
    expect(query.get('scope')?.split(' ')).toContain('openid')
  })

  it('is finished by a client that proves itself, with AniList too (AR-02)', async () => {
    const providers = [aniListOf(servers.aniList)]
    const { browser } = await openStage(adapter, servers, { providers })
    const before = servers.aniList.requestsTo('token').length
    await signIn(browser, '/one', 'anilist')
    const [request] = servers.aniList.requestsTo('token').slice(before)
    expect(request?.form.get('client_secret')).toBe(CLIENT_SECRET)
    const idp = await openStage(adapter, servers)
    await signIn(idp.browser)
    expect(servers.received('token')[0]?.form.get('client_secret')).toBe(CLIENT_SECRET)
  })

  it('carries a challenge of S256 that the verifier fits (AR-03)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    const [authorization] = servers.received('authorization')
    const [token] = servers.received('token')
    expect(authorization?.query.get('code_challenge_method')).toBe('S256')
    const challenge = authorization?.query.get('code_challenge') ?? ''
    expect(challenge).toMatch(/^[A-Za-z0-9_-]{43}$/)
    const verifier = token?.form.get('code_verifier') ?? ''
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(challenge)
  })

  it('carries a challenge to AniList, which may ignore it, as well (AR-03)', async () => {
    const { browser } = await openStage(adapter, servers, { providers: [aniListOf(servers.aniList)] })
    const { searchParams } = new URL((await startLogin(browser, '', 'anilist')).location ?? '')
    expect(searchParams.get('code_challenge_method')).toBe('S256')
    expect(searchParams.get('state')).toMatch(/^.{22,}$/)
    expect(searchParams.has('scope')).toBe(false)
  })

  it('never repeats a state, a nonce or a challenge, and none says anything (AR-04, AR-05, AR-06)', async () => {
    const { browser } = await openStage(adapter, servers)
    const seen = { state: new Set<string>(), nonce: new Set<string>(), code_challenge: new Set<string>() }
    for (let count = 0; count < 500; count += 1) {
      const query = await authorizationQuery(browser, '?return_to=/dashboard')
      for (const name of ['state', 'nonce', 'code_challenge'] as const) {
        const value = query.get(name) ?? ''
        expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/)
        expect(seen[name].has(value)).toBe(false)
        seen[name].add(value)
        const decoded = Buffer.from(value, 'base64url').toString('latin1')
        expect(decoded).not.toContain('dashboard')
        expect(() => JSON.parse(decoded)).toThrow(SyntaxError)
      }
    }
    expect(entropyOf(seen.state)).toBeGreaterThan(5.9)
    expect(entropyOf(seen.code_challenge)).toBeGreaterThan(5.9)
  })

  it('has verifiers of legal characters, each of them new (AR-04)', async () => {
    const { browser } = await openStage(adapter, servers)
    for (let count = 0; count < 20; count += 1) await signIn(browser)
    const verifiers = servers.received('token').map(({ form }) => form.get('code_verifier') ?? '')
    expect(new Set(verifiers).size).toBe(20)
    for (const verifier of verifiers) expect(verifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/)
    expect(entropyOf(new Set(verifiers))).toBeGreaterThan(5.5)
  })

  it('keeps canaries of the person and the page out of what the provider sees (AR-06)', async () => {
    const { browser } = await openStage(adapter, servers)
    const page = await startLogin(browser, '?return_to=/ok?canary-return-target=1')
    expect(decodeURIComponent(page.location ?? '')).not.toContain('canary')
    const { searchParams } = new URL(page.location ?? '')
    for (const value of searchParams.values()) {
      expect(Buffer.from(value, 'base64').toString('latin1')).not.toContain('canary')
    }
  })

  it.each([
    ['Host', { host: 'evil.example' }],
    ['Host with a user', { host: 'app@evil.example' }],
    ['X-Forwarded-Host', { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }],
    ['Forwarded', { forwarded: 'host=evil.example;proto=http;for=1.2.3.4' }],
    ['rewriting headers', { 'x-original-url': '/evil', 'x-rewrite-url': '/evil', 'x-forwarded-prefix': '/evil' }],
    ['a forwarded port', { 'x-forwarded-port': '8443', 'x-forwarded-server': 'evil.example' }],
  ])('has the configured redirect URI, byte for byte and twice, whatever %s says (AR-07)', async (_, headers) => {
    const { browser } = await openStage(adapter, servers)
    const start = await browser.navigate('/auth/login/idp', { headers: { ...headers }, redirects: 'manual' })
    expect(start.status).toBe(303)
    const pending = await approve(start)
    const page = await browser.navigate(pending.url, { headers: { ...headers }, redirects: 'manual' })
    expect([page.status, page.location]).toEqual([303, `${ORIGIN}/`])
    expect(servers.received('authorization')[0]?.query.getAll('redirect_uri')).toEqual([CALLBACK])
    expect(servers.received('token')[0]?.form.getAll('redirect_uri')).toEqual([CALLBACK])
  })

  it.each([
    ['a query', `${CALLBACK}?tenant=a%20b&x=%41`],
    ['the default port, written out', 'https://app.example:443/auth/callback/idp'],
    ['an upper-case host', 'https://APP.example/auth/callback/idp'],
    ['a path of its own', `${ORIGIN}/signin-oidc`],
    ['a slash at its end', `${CALLBACK}/`],
  ])('sends a registered redirect URI with %s as it is (AR-07)', async (_, redirectUri) => {
    servers.idp.register({
      id: 'registered',
      authentication: { method: 'client_secret_post', secret: CLIENT_SECRET },
      redirectUris: [redirectUri],
    })
    const facts = { clientId: 'registered', redirectUri }
    const { browser } = await openStage(adapter, servers, { facts })
    const page = await signIn(browser, '/two')
    expect(servers.received('authorization')[0]?.query.get('redirect_uri')).toBe(redirectUri)
    expect(servers.received('token')[0]?.form.get('redirect_uri')).toBe(redirectUri)
    expect([page.status, page.url]).toEqual([200, `${ORIGIN}/two`])
    await expectSession(browser)
  })

  it('keeps the query of the authorization endpoint, and sends nothing twice (AR-08)', async () => {
    const { authorization } = servers.idp.endpoints
    servers.idp.change({
      metadata: { authorization_endpoint: `${authorization}?tenant=1&response_type=token&state=x&client_id=y&a=b%20c` },
    })
    const { browser } = await openStage(adapter, servers)
    const query = await authorizationQuery(browser)
    expect([query.get('tenant'), query.get('a')]).toEqual(['1', 'b c'])
    for (const name of query.keys()) expect([name, query.getAll(name).length]).toEqual([name, 1])
    expect([query.get('response_type'), query.get('client_id')]).toEqual(['code', 'rows'])
    expect(query.get('state')).toMatch(/^.{43}$/)
  })

  it('takes no parameter of the protocol from the browser (AR-09)', async () => {
    const { browser } = await openStage(adapter, servers)
    const asked = new URLSearchParams({
      redirect_uri: 'https://evil.example/cb',
      client_id: 'attacker',
      response_type: 'token',
      response_mode: 'fragment',
      scope: 'admin',
      state: 'attacker',
      nonce: 'attacker',
      code_challenge: 'attacker',
      code_challenge_method: 'attacker',
      code_verifier: 'attacker',
      request: 'attacker',
      request_uri: 'https://evil.example/request',
      resource: 'https://evil.example/',
      audience: 'attacker',
      claims: '{"id_token":{"admin":null}}',
      id_token_hint: 'attacker',
      registration: 'attacker',
      issuer: 'https://evil.example',
      authorize_url: 'https://evil.example/authorize',
      access_url: 'https://evil.example/token',
      dynamic: 'attacker',
      return_to: '/two?scope=admin&audience=attacker',
    })
    for (const method of ['GET', 'POST']) {
      const page =
        method === 'GET'
          ? await startLogin(browser, `?${asked}`)
          : await browser.navigate('/auth/login/idp', { method, body: asked, redirects: 'manual' })
      expect(page.location).not.toMatch(/attacker|evil|admin|fragment/)
      const { searchParams } = new URL(page.location ?? '')
      expect([...searchParams.keys()].sort()).toEqual([
        'client_id',
        'code_challenge',
        'code_challenge_method',
        'nonce',
        'redirect_uri',
        'response_type',
        'scope',
        'state',
      ])
    }
  })

  it.each([
    ['ten kilobytes of login_hint', `login_hint=${'x'.repeat(10_000)}`],
    ['a line break in login_hint', 'login_hint=a%0d%0aSet-Cookie:%20x=1'],
    ['a NUL in login_hint', 'login_hint=a%00b'],
    ['a list of login_hint', 'login_hint=a&login_hint=b'],
    ['brackets behind login_hint', 'login_hint[]=a&login_hint[b]=c'],
    ['a lone surrogate in login_hint', 'login_hint=%ED%A0%80'],
    ['nonsense in prompt', 'prompt=none%20login'],
    ['a script in prompt', 'prompt=%3Cscript%3E'],
    ['a negative max_age', 'max_age=-1'],
    ['a max_age of words', 'max_age=1e9'],
    ['an endless max_age', `max_age=${'9'.repeat(400)}`],
    ['a tab in ui_locales', 'ui_locales=en%09de'],
    ['a header in acr_values', 'acr_values=a%0aX:b'],
  ])('drops or refuses %s (AR-10)', async (_, query) => {
    const { browser } = await openStage(adapter, servers)
    const page = await startLogin(browser, `?${query}`)
    expect([303, 400]).toContain(page.status)
    if (page.status === 400) expectClean(page)
    expect(page.location ?? '').not.toMatch(/login_hint|prompt|max_age|ui_locales|acr_values/)
    expect((page.location ?? '').length).toBeLessThan(2048)
    expect(page.headers.get('x')).toBeNull()
  })

  it('passes what OpenID Connect lets a page ask for, within two kilobytes (AR-10)', async () => {
    const { browser } = await openStage(adapter, servers)
    const hint = 'é'.repeat(128)
    const query = new URLSearchParams({ login_hint: hint, prompt: 'login', max_age: '60', ui_locales: 'de-CH fr' })
    const page = await startLogin(browser, `?${query}`)
    const { searchParams } = new URL(page.location ?? '')
    for (const [name, value] of query) expect(searchParams.get(name)).toBe(value)
    expect(page.location?.length).toBeLessThan(2048)
    const most = new URLSearchParams({
      login_hint: '€'.repeat(85),
      acr_values: '%'.repeat(256),
      ui_locales: 'a'.repeat(256),
      prompt: 'login consent select_account',
      max_age: '999999999',
    })
    expectClean(await startLogin(browser, `?${most}`), 400)
    // Only what the definition lists.
    const strict = await openStage(adapter, servers, { facts: { loginParameters: ['prompt'] } })
    const narrowed = new URL((await startLogin(strict.browser, `?${query}`)).location ?? '').searchParams
    expect([narrowed.get('prompt'), narrowed.has('login_hint'), narrowed.has('max_age')]).toEqual([
      'login',
      false,
      false,
    ])
  })

  it('sends the browser on with a status after which no form is sent again (AR-11)', async () => {
    const { browser } = await openStage(adapter, servers)
    const body = new URLSearchParams({ return_to: '/two', password: 'secret' })
    const page = await browser.navigate('/auth/login/idp', { method: 'POST', body, redirects: 'manual' })
    expect([302, 303]).toContain(page.status)
    const landed = await page.follow()
    expect(landed.chain.slice(1).map(({ method }) => method)).toEqual(['GET', 'GET', 'GET'])
    expect(landed.url).toBe(`${ORIGIN}/two`)
  })

  it('is kept by nobody, and tells the provider nothing of where it came from (AR-12)', async () => {
    const { browser } = await openStage(adapter, servers)
    const page = await startLogin(browser)
    expect(page.headers.get('cache-control')).toContain('no-store')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    await page.follow()
    expect(servers.received('authorization')[0]?.headers.referer).toBeUndefined()
  })

  it.each([
    ['HEAD', { method: 'HEAD' }],
    ['a prefetch', { headers: { 'sec-purpose': 'prefetch' } }],
    ['a prerender', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
    ['an older prefetch', { headers: { purpose: 'prefetch' } }],
    ['an image', { headers: { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' } }],
    ['an image that says it navigates', { headers: { 'sec-fetch-dest': 'image' } }],
    ['a frame', { headers: { 'sec-fetch-dest': 'iframe' } }],
    ['an embedded object', { headers: { 'sec-fetch-dest': 'object' } }],
    ['a script', { headers: { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' } }],
    ['a service worker', { headers: { 'sec-fetch-dest': 'serviceworker', 'sec-fetch-mode': 'same-origin' } }],
    ['OPTIONS', { method: 'OPTIONS' }],
    ['PUT', { method: 'PUT' }],
  ])('starts nothing from %s (AR-13)', async (_, options) => {
    const { browser, events } = await openStage(adapter, servers)
    const page = await browser.navigate('/auth/login/idp', { ...options, redirects: 'manual' })
    expect(page.status).toBeGreaterThanOrEqual(400)
    expect(page.status).toBeLessThan(500)
    expect(page.setCookies).toEqual([])
    expect(transactionCookies(browser)).toEqual([])
    expect(events.map(({ type }) => type)).not.toContain('sign_in_started')
  })

  it('starts from a browser that sends no fetch metadata (AR-13)', async () => {
    const { browser } = await openStage(adapter, servers)
    const answer = await browser.raw('GET /auth/login/idp HTTP/1.1\r\nHost: app.example\r\nAccept: text/html\r\n\r\n', {
      patience: 300,
    })
    expect(answer.status).toBe(303)
  })
})

describe.each(ADAPTERS)('on %s, a pushed request for a sign-in', (adapter) => {
  const pushing = (stage: Parameters<typeof openStage>[2] = {}) =>
    openStage(adapter, servers, {
      facts: { endpoints: { pushedAuthorizationRequest: servers.idp.endpoints.pushedAuthorizationRequest } },
      ...stage,
    })

  it('leaves a reference and the client’s name for the browser, and is authenticated and new each time (AR-14)', async () => {
    const { browser } = await pushing()
    for (const returnTo of ['/one', '/two']) {
      const start = await startLogin(browser, `?return_to=${returnTo}&login_hint=ada&request_uri=x&request=y`)
      expect([...new URL(start.location ?? '').searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
      expect((await start.follow()).url).toBe(ORIGIN + returnTo)
    }
    const pushed = servers.received('pushedAuthorizationRequest')
    expect(pushed.length).toBe(2)
    for (const { form, method } of pushed) {
      expect([method, form.get('client_secret'), form.get('login_hint')]).toEqual(['POST', CLIENT_SECRET, 'ada'])
      expect([form.has('request_uri'), form.has('request')]).toEqual([false, false])
      expect(form.get('redirect_uri')).toBe(CALLBACK)
      for (const name of form.keys()) expect([name, form.getAll(name).length]).toEqual([name, 1])
    }
    expect(pushed[0]?.form.get('state')).not.toBe(pushed[1]?.form.get('state'))
    await expectSession(browser)
  })

  it.each([
    ['a 200 where 201 belongs', json(200, { request_uri: 'urn:x:1', expires_in: 60 }), [502]],
    ['an OAuth error', json(400, { error: 'invalid_request', error_description: '<script>' }), [502]],
    ['a refused client', json(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic' }), [502]],
    ['a page', html(500, '<h1>Oops <script>alert(1)</script></h1>'), [502, 503]],
    ['an outage', json(503, {}), [503]],
    ['no request_uri', json(201, { expires_in: 60 }), [502]],
    ['a request_uri that is no string', json(201, { request_uri: 7, expires_in: 60 }), [502]],
    ['a request_uri of five kilobytes', json(201, { request_uri: 'x'.repeat(5_000), expires_in: 60 }), [502]],
    ['no lifetime', json(201, { request_uri: 'urn:x:1' }), [502, 303]],
    ['silence', 'hang' as const, [504]],
    ['a broken connection', 'reset' as const, [503, 502]],
    ['a redirect', { status: 307, headers: { location: 'http://localhost:1/' } }, [502]],
  ])(
    'that the server answers with %s fails, and never goes through the browser instead (AR-14)',
    async (_, answer, statuses) => {
      servers.idp.change({ endpoints: { pushedAuthorizationRequest: answer } })
      const { browser } = await pushing({
        facts: {
          endpoints: { pushedAuthorizationRequest: servers.idp.endpoints.pushedAuthorizationRequest },
          timeout: 1,
        },
      })
      const page = await startLogin(browser)
      expect(statuses).toContain(page.status)
      if (page.status !== 303) expectClean(page)
      expect(page.location ?? '').not.toContain('redirect_uri=')
      expect(servers.received('authorization')).toEqual([])
    },
  )

  it('is made where the server’s metadata requires it, unasked (AR-15)', async () => {
    servers.idp.change({ pushedAuthorizationRequests: 'required' })
    const { browser } = await openStage(adapter, servers)
    const page = await signIn(browser, '/two')
    expect(page.url).toBe(`${ORIGIN}/two`)
    expect(servers.received('pushedAuthorizationRequest').length).toBe(1)
    await expectSession(browser)
  })

  it('that is required without an endpoint for it fails before anybody is sent anywhere (AR-15)', async () => {
    servers.idp.change({
      metadata: { require_pushed_authorization_requests: true, pushed_authorization_request_endpoint: undefined },
    })
    const { browser } = await openStage(adapter, servers)
    expectClean(await startLogin(browser), 503)
    expect(servers.received('authorization')).toEqual([])
  })

  it.each([
    'x&redirect_uri=https://evil.example',
    'x#&client_id=evil',
    'x?client_id=evil;state=y',
    'x%26redirect_uri=https://evil.example',
    'x\r\nSet-Cookie: a=b',
    'urn:ä',
  ])('has its reference %j encoded as one value (AR-16)', async (reference) => {
    servers.idp.change({
      endpoints: { pushedAuthorizationRequest: json(201, { request_uri: reference, expires_in: 60 }) },
    })
    const { browser } = await pushing()
    const page = await startLogin(browser)
    if (page.status !== 303) return expectClean(page, 502)
    const url = new URL(page.location ?? '')
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
    expect(url.searchParams.get('request_uri')).toBe(reference)
    expect([url.hash, url.origin + url.pathname]).toEqual(['', servers.idp.endpoints.authorization])
    expect(page.setCookies.join()).not.toContain('a=b')
  })
})

describe('a client without credentials', () => {
  const gatewayOf = (facts: object) =>
    createGateway({
      origin: ORIGIN,
      secrets: [SECRET],
      providers: [
        oidc({ id: 'idp', issuer: 'https://idp.example', clientId: 'rows', ...facts } as Parameters<typeof oidc>[0]),
      ],
    })

  it.each([
    ['nothing', {}],
    ['an empty secret', { clientSecret: '' }],
    ['an empty secret for Basic', { clientAuthentication: { method: 'client_secret_basic', clientSecret: '' } }],
    ['no key', { clientAuthentication: { method: 'private_key_jwt' } }],
    ['a method nobody knows', { clientAuthentication: { method: 'trust_me' } }],
  ])('is refused at start-up when it has %s (AR-02)', (_, facts) => {
    expect(() => gatewayOf(facts)).toThrow(/clientSecret|clientAuthentication|privateKey/)
  })

  it('is taken when it says that it is public (AR-02)', () => {
    expect(gatewayOf({ clientAuthentication: { method: 'none' } }).redirectUris).toEqual({ idp: CALLBACK })
  })

  it.each([
    ['response_type', 'token'],
    ['client_id', 'x'],
    ['redirect_uri', 'https://evil.example'],
    ['state', 'x'],
    ['nonce', 'x'],
    ['code_challenge', 'x'],
    ['code_challenge_method', 'plain'],
    ['request', 'x'],
    ['request_uri', 'x'],
    ['scope', 'x'],
    ['response_mode', 'fragment'],
  ])('nor are reserved parameters among the fixed ones: %s (AR-09)', (name, value) => {
    expect(() =>
      defineProvider({
        id: 'x',
        protocol: 'oauth2',
        name: 'X',
        clientId: 'x',
        clientAuthentication: { method: 'client_secret_post', clientSecret: 'x'.repeat(20) },
        endpoints: { authorization: 'http://localhost:1/a', token: 'http://localhost:1/t' },
        authorizationParameters: { [name]: value },
        loopback: insecureLoopback,
        identify: async () => ({ id: '1' }),
      }),
    ).toThrow(name)
  })
})

async function authorizationQuery(browser: Stage['browser'], query = ''): Promise<URLSearchParams> {
  const page: Page = await startLogin(browser, query)
  expect(page.status).toBe(303)
  return new URL(page.location ?? '').searchParams
}

/** Bits for each character of many random values: six when all 64 are equally likely. */
function entropyOf(values: ReadonlySet<string>): number {
  const text = [...values].join('')
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0)
}
