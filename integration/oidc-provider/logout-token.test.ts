import { randomUUID } from 'node:crypto'
import { insecureLoopback, memoryStore } from '@postern/core'
import { oidc } from '@postern/providers/oidc'
import {
  type Browser,
  createBrowser,
  type LogoutTokenOptions,
  type ScriptedProvider,
  startScriptedProvider,
} from '@postern/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ADAPTERS, type AdapterName, type Application, startApplication } from './application.ts'

const SECRET = 'a client secret of 32 octets, or some more'
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** It says who signs in by itself, and makes tokens that oidc-provider would never make. */
let provider: ScriptedProvider
/** Another, with the same users. */
let other: ScriptedProvider

beforeAll(async () => {
  ;[provider, other] = await Promise.all([
    startScriptedProvider({ hostname: 'localhost' }),
    startScriptedProvider({ hostname: 'localhost' }),
  ])
})

afterEach(() => provider.restore())

afterAll(() => Promise.all([provider.close(), other.close()]))

interface Stage {
  readonly app: Application
  readonly clientId: string
  /** A browser in which `sub` is signed in, in the provider's session `sid`. */
  signIn(sub: string, sid: string, at?: 'op' | 'other'): Promise<Browser>
  /** Posts a body to the back-channel endpoint, as a provider does. */
  post(
    body: string | URLSearchParams | FormData | undefined,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>
  /** Posts a logout token, right but for what `options` say. */
  logOut(options: Omit<LogoutTokenOptions, 'clientId'>): Promise<Response>
}

async function setUp(adapter: AdapterName, backchannelLogout: 'accept' | 'accept-typed' = 'accept'): Promise<Stage> {
  const clientId = randomUUID()
  const app = await startApplication(adapter, (origin) => {
    const definition = (id: string, { issuer, register }: ScriptedProvider) => {
      const authentication = { method: 'client_secret_post', secret: SECRET } as const
      register({ id: clientId, authentication, redirectUris: [`${origin}/auth/callback/${id}`] })
      return oidc({ id, issuer, clientId, clientSecret: SECRET, loopback: insecureLoopback, backchannelLogout })
    }
    return { store: memoryStore(), providers: [definition('op', provider), definition('other', other)] }
  })
  const url = `${app.origin}/auth/backchannel-logout/op`
  const post: Stage['post'] = (body, headers = {}) => fetch(url, { method: 'POST', body: body ?? null, headers })
  return {
    app,
    clientId,
    async signIn(sub, sid, at = 'op') {
      const scripted = at === 'op' ? provider : other
      scripted.change({ user: { sub }, idToken: { claims: { sid } } })
      const browser = createBrowser({ origin: app.origin })
      const me = await browser.navigate(`/auth/login/${at}?return_to=/me`)
      scripted.restore()
      expect(me.json()).toMatchObject({ user: { id: sub }, provider: at })
      return browser
    },
    post,
    logOut: async (options) => post(form(await provider.logoutToken({ clientId, ...options }))),
  }
}

const form = (token: string): URLSearchParams => new URLSearchParams({ logout_token: token })

async function isSignedIn(browser: Browser): Promise<boolean> {
  return ((await browser.fetch('/auth/session')).json() as { readonly authenticated: boolean }).authenticated
}

/** Answers say that nothing was done, and that nobody may keep them. */
function expectRefusal({ status, headers }: Response, expected = 400): void {
  expect(status).toBe(expected)
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('set-cookie')).toBeNull()
}

type Wrong = Omit<LogoutTokenOptions, 'clientId'>

const nowInSeconds = (): number => Math.floor(Date.now() / 1000)

// The RP tests of the OpenID conformance suite for back-channel logout.
const CONFORMANCE: readonly (readonly [what: string, wrong: () => Wrong])[] = [
  ['a bad signature', () => ({ signWith: 'unpublished-key' })],
  ['a wrong iss', () => ({ claims: { iss: `${provider.issuer}INVALID` } })],
  ['a wrong aud', () => ({ claims: { aud: 'somebody-else' } })],
  ['alg none', () => ({ signWith: 'nothing' })],
  ['another alg, though its key is published', () => ({ algorithm: 'ES256' })],
  ['no event', () => ({ claims: { events: undefined } })],
  ['another event', () => ({ claims: { events: { 'http://schemas.openid.net/event/foobar': {} } } })],
  ['a nonce', () => ({ claims: { nonce: 'any' } })],
]

const FURTHER: readonly (readonly [what: string, wrong: () => Wrong])[] = [
  ['a signature by HS256 with the client secret', () => ({ signWith: 'client-secret' })],
  ['a signature by HS256 with the public key', () => ({ signWith: 'public-key' })],
  ['an octet of its signature changed', () => ({ tamper: (token) => flipLast(token) })],
  ['no signature', () => ({ tamper: (token) => token.slice(0, token.lastIndexOf('.') + 1) })],
  ['a part too many', () => ({ tamper: (token) => `${token}.${token}` })],
  [
    'a key that it brings along',
    () => ({ signWith: 'unpublished-key', header: { jwk: { kty: 'RSA' }, kid: undefined } }),
  ],
  ['an unknown extension', () => ({ header: { crit: ['exp'] } })],
  ['the type of an access token', () => ({ header: { typ: 'at+jwt' } })],
  ['a type that is no string', () => ({ header: { typ: ['logout+jwt'] } })],
  ['an audience beside the client', () => ({ claims: (right) => ({ ...right, aud: [right['aud'], 'evil'] }) })],
  ['no aud', () => ({ claims: { aud: undefined } })],
  ['no iss', () => ({ claims: { iss: undefined } })],
  ['no iat', () => ({ claims: { iat: undefined } })],
  ['no exp', () => ({ claims: { exp: undefined } })],
  ['an exp in the past', () => ({ claims: { exp: nowInSeconds() - 60 } })],
  ['an iat an hour ahead', () => ({ claims: { iat: nowInSeconds() + 3600, exp: nowInSeconds() + 7200 } })],
  ['an iat of yesterday', () => ({ claims: { iat: nowInSeconds() - 86_400 } })],
  ['an iat that is text', () => ({ claims: { iat: String(nowInSeconds()) } })],
  ['events of the old draft', () => ({ claims: { events: [EVENT] } })],
  ['events that are text', () => ({ claims: { events: EVENT } })],
  ['events that are null', () => ({ claims: { events: null } })],
  ['an event that is null', () => ({ claims: { events: { [EVENT]: null } } })],
  ['an event that is a list', () => ({ claims: { events: { [EVENT]: [] } } })],
  ['a nonce that is null', () => ({ claims: { nonce: null } })],
  ['no jti', () => ({ claims: { jti: undefined } })],
  ['neither sub nor sid', () => ({ claims: { sub: undefined, sid: undefined } })],
  ['a sub that is a number', () => ({ claims: { sub: 1, sid: undefined } })],
  ['a sid that is an object', () => ({ claims: { sub: undefined, sid: {} } })],
  ['a sid that is a list beside a right sub', () => ({ claims: { sid: ['sid-ada'] } })],
]

function flipLast(token: string): string {
  return token.slice(0, -10) + (token.at(-10) === 'A' ? 'B' : 'A') + token.slice(-9)
}

describe.each(ADAPTERS)('a logout token that does not hold, on %s', (adapter) => {
  let stage: Stage
  let ada: Browser

  beforeAll(async () => {
    stage = await setUp(adapter)
    ada = await stage.signIn('ada', 'sid-ada')
  })

  afterAll(() => stage.app.close())

  it.each([...CONFORMANCE, ...FURTHER])('because it has %s ends nothing', async (_, wrong) => {
    expectRefusal(await stage.logOut({ subject: 'ada', sid: 'sid-ada', ...wrong() }))
    expect(await isSignedIn(ada)).toBe(true)
  })

  it('because it is an ID token ends nothing', async () => {
    const claims = { events: undefined, nonce: 'of-a-sign-in', jti: undefined, auth_time: nowInSeconds() }
    expectRefusal(await stage.logOut({ subject: 'ada', sid: 'sid-ada', claims, header: { typ: 'JWT' } }))
    expect(await isSignedIn(ada)).toBe(true)
  })

  it.each<readonly [string, () => Promise<Response>, number]>([
    ['nothing at all', () => stage.post(undefined), 400],
    ['a form without it', () => stage.post(new URLSearchParams({ token: 'x' })), 400],
    ['an empty one', () => stage.post(form('')), 400],
    ['what is no JWT', () => stage.post(form('no.jwt')), 400],
    ['what is no JWT and long', () => stage.post(form('x'.repeat(60_000))), 400],
    ['more than 64 KiB', () => stage.post(form('x'.repeat(1_000_000))), 413],
    ['two of them', async () => twice(await rightToken()), 400],
    ['JSON', async () => stage.post(JSON.stringify({ logout_token: await rightToken() }), JSON_TYPE), 400],
    ['a multipart form', async () => stage.post(multipart(await rightToken())), 400],
  ])('because the request holds %s ends nothing', async (_, send, status) => {
    expectRefusal(await send(), status)
    expect(await isSignedIn(ada)).toBe(true)
  })

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])('because it comes by %s ends nothing', async (method) => {
    const query = form(await rightToken())
    const answer = await fetch(`${stage.app.origin}/auth/backchannel-logout/op?${query}`, { method })
    expectRefusal(answer, 405)
    expect(answer.headers.get('allow')).toBe('POST')
    expect(await isSignedIn(ada)).toBe(true)
  })

  it('is nobody’s business but this provider’s', async () => {
    for (const path of ['other', 'nobody', '']) {
      const url = `${stage.app.origin}/auth/backchannel-logout/${path}`
      const { status } = await fetch(url, { method: 'POST', body: form(await rightToken()) })
      expect(status).toBe(path === 'other' ? 400 : 404)
    }
    expect(await isSignedIn(ada)).toBe(true)
  })

  // The last one, so that all those before have had something to end.
  it('is not like one that does', async () => {
    expect((await stage.post(form(await rightToken()))).status).toBe(200)
    expect(await isSignedIn(ada)).toBe(false)
  })

  const JSON_TYPE = { 'content-type': 'application/json' }
  const rightToken = () => provider.logoutToken({ clientId: stage.clientId, subject: 'ada', sid: 'sid-ada' })
  const twice = (token: string) =>
    stage.post(`${form(token)}&${form(token)}`, { 'content-type': 'application/x-www-form-urlencoded' })
  const multipart = (token: string): FormData => {
    const data = new FormData()
    data.set('logout_token', token)
    return data
  }
})

describe.each(ADAPTERS)('a logout token that holds, on %s', (adapter) => {
  let stage: Stage

  beforeEach(async () => {
    stage = await setUp(adapter)
    const { app } = stage
    onTestFinished(() => app.close())
  })

  it('ends the session that it names, whatever else comes with it', async () => {
    const [ada, elsewhere] = [await stage.signIn('ada', 'sid-1'), await stage.signIn('ada', 'sid-2')]
    const token = await provider.logoutToken({ clientId: stage.clientId, sid: 'sid-1', claims: { ignored_claim: 1 } })
    const body = new URLSearchParams({ ignored_parameter: 'x', logout_token: token })
    const answer = await stage.post(body, { cookie: elsewhere.cookies.header(stage.app.origin) ?? '' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect([await isSignedIn(ada), await isSignedIn(elsewhere)]).toEqual([false, true])
  })

  it('ends every session of the user that it names, at this provider', async () => {
    const browsers = [
      await stage.signIn('ada', 'sid-1'),
      await stage.signIn('ada', 'sid-2'),
      await stage.signIn('ada', 'sid-3'),
      await stage.signIn('grace', 'sid-4'),
      await stage.signIn('ada', 'sid-1', 'other'),
    ]
    expect((await stage.logOut({ subject: 'ada' })).status).toBe(200)
    expect(await Promise.all(browsers.map(isSignedIn))).toEqual([false, false, false, true, true])
  })

  it.each([['logout+jwt'], ['application/logout+jwt'], ['JWT'], [undefined]])('may have the type %s', async (typ) => {
    const ada = await stage.signIn('ada', 'sid-1')
    expect((await stage.logOut({ sid: 'sid-1', header: { typ } })).status).toBe(200)
    expect(await isSignedIn(ada)).toBe(false)
  })

  it('may name its audience in a list', async () => {
    expect((await stage.logOut({ sid: 'sid-1', claims: { aud: [stage.clientId] } })).status).toBe(200)
  })

  it('is a success for a session that is not there', async () => {
    expect((await stage.logOut({ sid: 'never-seen' })).status).toBe(200)
    expect((await stage.logOut({ subject: 'nobody' })).status).toBe(200)
  })

  it.each([
    ['the session', { sid: 'sid-1' }],
    ['the user', { subject: 'ada' }],
  ])('ends a sign-in that is under way, when it names %s', async (_, whom) => {
    provider.change({ user: { sub: 'ada' }, idToken: { claims: { sid: 'sid-1' } } })
    const browser = createBrowser({ origin: stage.app.origin })
    const login = await browser.navigate('/auth/login/op?return_to=/me', { redirects: 'manual' })
    const redirect = await login.follow({ redirects: 'manual' })
    expect(redirect.location).toContain('/auth/callback/op')
    expect((await stage.logOut(whom)).status).toBe(200)

    const refused = await redirect.follow()
    expect(refused.status).toBe(403)
    expect(refused.text).toContain('Signed out at the provider')
    expect(await isSignedIn(browser)).toBe(false)
    provider.restore()
    expect(await isSignedIn(await stage.signIn('ada', 'sid-2'))).toBe(true)
  })

  it('is refused without its type where the definition of the provider wants typed ones', async () => {
    const typed = await setUp(adapter, 'accept-typed')
    onTestFinished(() => typed.app.close())
    const ada = await typed.signIn('ada', 'sid-1')
    for (const typ of ['JWT', undefined]) expectRefusal(await typed.logOut({ sid: 'sid-1', header: { typ } }))
    expect(await isSignedIn(ada)).toBe(true)
    expect((await typed.logOut({ sid: 'sid-1' })).status).toBe(200)
    expect(await isSignedIn(ada)).toBe(false)
  })

  it('costs the provider two key fetches at most, a thousand times replayed and among a thousand forged ones', async () => {
    const ada = await stage.signIn('ada', 'sid-1')
    const before = provider.requestsTo('jwks').length
    const token = await provider.logoutToken({ clientId: stage.clientId, subject: 'ada' })
    const replays = await many(1_000, () => stage.post(form(token)))
    expect(new Set(replays)).toEqual(new Set([200]))
    expect(await isSignedIn(ada)).toBe(false)
    // The replays end nothing that came after the token.
    const again = await stage.signIn('ada', 'sid-2')
    expect((await stage.post(form(token))).status).toBe(200)

    const forged = await many(1_000, () =>
      stage.logOut({ subject: 'ada', signWith: 'unpublished-key', header: { kid: randomUUID() } }),
    )
    expect(new Set(forged)).toEqual(new Set([400]))
    expect(await isSignedIn(again)).toBe(true)
    expect(provider.requestsTo('jwks').length - before).toBeLessThanOrEqual(2)
  })

  it('waits for keys that cannot be fetched, and nothing is ended meanwhile', async () => {
    const ada = await stage.signIn('ada', 'sid-1')
    await provider.rotateKeys('drop-old')
    const token = await provider.logoutToken({ clientId: stage.clientId, sid: 'sid-1' })
    const before = provider.requestsTo('jwks').length
    provider.change({ endpoints: { jwks: { status: 500 } } })
    const refused = await many(50, () => stage.post(form(token)))
    for (const status of refused) expect([400, 503]).toContain(status)
    expect(provider.requestsTo('jwks').length - before).toBeLessThanOrEqual(2)
    expect(await isSignedIn(ada)).toBe(true)

    provider.restore()
    stage.app.pass(31)
    expect((await stage.post(form(token))).status).toBe(200)
    expect(await isSignedIn(ada)).toBe(false)
  })
})

/** Statuses of so many requests, some at once. */
async function many(count: number, send: () => Promise<Response>): Promise<readonly number[]> {
  const statuses: number[] = []
  const worker = async (): Promise<void> => {
    for (let sent = 0; sent < count / 20; sent += 1) {
      const response = await send()
      await response.arrayBuffer()
      statuses.push(response.status)
    }
  }
  await Promise.all(Array.from({ length: 20 }, worker))
  return statuses
}
