import { createBrowser, type Hop, type Page } from '@postern/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADAPTERS } from './application.ts'
import { type OpenIdProvider, startOpenIdProvider } from './openid-provider.ts'
import { answerProvider, answerUpToCallback } from './person.ts'
import { startRelyingParty } from './relying-party.ts'

let provider: OpenIdProvider
let strict: OpenIdProvider

beforeAll(async () => {
  provider = await startOpenIdProvider()
  strict = await startOpenIdProvider({ pushedAuthorizationRequests: 'required' })
})

afterAll(async () => {
  await provider.close()
  await strict.close()
})

const TRANSACTION = /^postern\.tx\./

/** What the browser carried to the provider. */
function frontChannel({ chain }: Page, { issuer }: OpenIdProvider): URLSearchParams {
  const hop = chain.find(({ url }) => url.startsWith(`${issuer}/auth?`))
  return new URL(hop?.url ?? 'none:').searchParams
}

function callbackHop({ chain }: Page): Hop | undefined {
  return chain.find(({ url }) => url.includes('/auth/callback/op'))
}

describe.each(ADAPTERS)('an authorization request of %s to oidc-provider', (adapter) => {
  it('goes through the browser where pushing it is merely offered', async () => {
    const app = await startRelyingParty(adapter, provider)
    const before = provider.requests.length
    const page = await createBrowser({ origin: app.origin }).navigate('/me')
    expect([...frontChannel(page, provider).keys()].sort()).toEqual([
      'client_id',
      'code_challenge',
      'code_challenge_method',
      'nonce',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
    ])
    expect(provider.requests.slice(before).map(({ route }) => route)).not.toContain('pushed_authorization_request')
  })

  it('is pushed where the definition of the provider says so', async () => {
    const app = await startRelyingParty(adapter, provider, {
      facts: { endpoints: { pushedAuthorizationRequest: `${provider.issuer}/request` } },
    })
    const page = await createBrowser({ origin: app.origin }).navigate('/me')
    expect([...frontChannel(page, provider).keys()].sort()).toEqual(['client_id', 'request_uri'])
    expect((await answerProvider(page)).json()).toMatchObject({ user: { id: 'ada' } })
  })

  it('is pushed, each time anew, where the provider requires it', async () => {
    const app = await startRelyingParty(adapter, strict)
    const browser = createBrowser({ origin: app.origin })
    const first = await browser.navigate('/me')
    const second = await browser.newTab().navigate('/me')
    const references = [first, second].map((page) => frontChannel(page, strict).get('request_uri'))
    expect(new Set(references).size).toBe(2)
    expect((await answerProvider(first)).json()).toMatchObject({ user: { id: 'ada' } })
    const pushes = strict.requestsTo('pushed_authorization_request')
    expect(pushes.at(-1)).toMatchObject({ status: 201, params: { code_challenge_method: 'S256' } })
  })

  it.each([
    ['what was pushed', { redirect_uris: ['http://127.0.0.1/elsewhere'] }, 400, 'authorization_refused'],
    ['who pushes it', { client_secret: 'not the secret that the application has' }, 401, 'client_refused'],
  ])('never goes through the browser instead when the provider refuses %s', async (_, client, status, code) => {
    const app = await startRelyingParty(adapter, strict, { client })
    const before = strict.requests.length
    const browser = createBrowser({ origin: app.origin })
    const page = await browser.navigate('/auth/login/op?return_to=/me')
    expect(page.status).toBe(502)
    expect(page.url).toContain(app.origin)
    expect(strict.requests.slice(before).map((request) => [request.route, request.status])).toEqual([
      ['discovery', 200],
      ['pushed_authorization_request', status],
    ])
    expect(browser.cookies.all.filter(({ name }) => TRANSACTION.test(name))).toEqual([])
    expect(app.eventsOf('request_refused')).toMatchObject([{ code }])
  })

  it('asks for a form post, whose cookie comes along although the provider is another site', async () => {
    const app = await startRelyingParty(adapter, provider, { facts: { responseMode: 'form_post' } })
    const browser = createBrowser({ origin: app.origin })
    const start = await browser.navigate('/me')
    const cookie = browser.cookies.all.find(({ name }) => TRANSACTION.test(name))
    expect(cookie).toMatchObject({ sameSite: 'none', secure: true, httpOnly: true })

    const form = await answerProvider(start)
    expect(form.text).toContain(`action="${app.origin}/auth/callback/op"`)
    const me = await form.submit()
    expect(me.json()).toMatchObject({ user: { id: 'ada' } })
    const callback = callbackHop(me)
    expect(callback).toMatchObject({ method: 'POST', status: 303 })
    expect(callback?.requestHeaders['sec-fetch-site']).toBe('cross-site')
    expect(new URL(callback?.url ?? '').search).toBe('')
    expect(browser.cookies.refused).toEqual([])
    expect(browser.cookies.all.filter(({ name }) => TRANSACTION.test(name))).toEqual([])
  })

  it('believes an answer only with the iss that oidc-provider says it always sends', async () => {
    const app = await startRelyingParty(adapter, provider)
    for (const iss of [undefined, '', `${provider.issuer}/`, 'https://evil.example']) {
      const browser = createBrowser({ origin: app.origin })
      const before = provider.requestsTo('token').length
      const redirect = await answerUpToCallback(await browser.navigate('/me'))
      const callback = new URL(redirect.location ?? '')
      expect(callback.searchParams.get('iss')).toBe(provider.issuer)
      if (iss === undefined) callback.searchParams.delete('iss')
      else callback.searchParams.set('iss', iss)
      const page = await browser.navigate(callback, { from: redirect.url })
      expect(page.status).toBe(400)
      expect(page.text).toContain('Answer from the wrong provider')
      expect(provider.requestsTo('token')).toHaveLength(before)
      expect((await browser.fetch('/auth/session')).json()).toEqual({ authenticated: false })
    }
  })

  it('carries what a sign-in may ask for, and nothing that it may not', async () => {
    const app = await startRelyingParty(adapter, provider)
    const browser = createBrowser({ origin: app.origin })
    const asked = new URLSearchParams({
      return_to: '/me',
      prompt: 'login',
      login_hint: 'grace',
      ui_locales: 'de en-GB',
      max_age: '300',
      scope: 'openid offline_access',
      redirect_uri: 'https://evil.example/',
      client_id: 'somebody-else',
      response_type: 'code id_token',
      response_mode: 'fragment',
      state: 'chosen',
      nonce: 'chosen',
      claims: '{}',
      request_uri: 'urn:chosen',
    })
    const page = await browser.navigate(`/auth/login/op?${asked}`)
    const sent = Object.fromEntries(frontChannel(page, provider))
    expect(sent).toMatchObject({
      prompt: 'login',
      login_hint: 'grace',
      ui_locales: 'de en-GB',
      max_age: '300',
      scope: 'openid profile',
      redirect_uri: `${app.origin}/auth/callback/op`,
      response_type: 'code',
    })
    expect(sent['client_id']).not.toBe('somebody-else')
    expect([sent['state'], sent['nonce']]).not.toContain('chosen')
    expect(Object.keys(sent)).not.toEqual(expect.arrayContaining(['response_mode']))
    expect(Object.keys(sent)).not.toEqual(expect.arrayContaining(['claims']))
    expect(Object.keys(sent)).not.toEqual(expect.arrayContaining(['request_uri']))
    expect(page.text).toContain('value="grace"')
    expect((await answerProvider(page, 'grace')).json()).toMatchObject({ user: { id: 'grace' } })
  })
})
