import { createBrowser } from '@postern/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADAPTERS } from './application.ts'
import { type OpenIdProvider, startOpenIdProvider } from './openid-provider.ts'
import { answerProvider, answerUpToCallback } from './person.ts'
import { OFFLINE } from './provider-definition.ts'
import { startRelyingParty } from './relying-party.ts'
import { ALGORITHMS, createSigningKeys } from './signing-keys.ts'

let provider: OpenIdProvider

beforeAll(async () => {
  provider = await startOpenIdProvider({ accessTokenLifetime: 20 })
})

afterAll(() => provider.close())

describe.each(ADAPTERS)('an ID token of oidc-provider on %s', (adapter) => {
  it.each(ALGORITHMS)('is verified when it is signed with %s, at sign-in and at refresh', async (algorithm) => {
    const app = await startRelyingParty(adapter, provider, {
      client: { id_token_signed_response_alg: algorithm },
      facts: { ...OFFLINE, idTokenSignedResponseAlg: algorithm },
    })
    const browser = createBrowser({ origin: app.origin })
    const me = await answerProvider(await browser.navigate('/me'))
    // The name comes from userinfo alone: oidc-provider keeps its ID tokens short.
    expect(me.json()).toMatchObject({ user: { id: 'ada', name: 'ada Example' } })
    app.pass(25)
    expect((await browser.fetch('/token')).status).toBe(200)
    expect(app.eventsOf('token_refreshed')).toHaveLength(1)
  })

  it('is all there is to go by where userinfo is not to be asked', async () => {
    const app = await startRelyingParty(adapter, provider, { facts: { userinfo: 'skip' } })
    const before = provider.requestsTo('userinfo').length
    const me = await answerProvider(await createBrowser({ origin: app.origin }).navigate('/me'))
    expect(me.json()).toEqual({ user: { id: 'ada' }, provider: 'op' })
    expect(provider.requestsTo('userinfo')).toHaveLength(before)
  })

  it('is refused when it is signed with an algorithm that nobody asked for', async () => {
    const app = await startRelyingParty(adapter, provider, { client: { id_token_signed_response_alg: 'ES256' } })
    const browser = createBrowser({ origin: app.origin })
    const page = await answerProvider(await browser.navigate('/me'))
    expect(page.status).toBe(502)
    expect(app.eventsOf('sign_in_failed')).toMatchObject([{ code: 'id_token_invalid' }])
    expect((await browser.fetch('/auth/session')).json()).toEqual({ authenticated: false })
  })

  it.each([
    ['the old ones are gone', async () => createSigningKeys()],
    ['the new ones have the names of the old ones', async () => createSigningKeys((type) => `key-${type}`)],
  ])('is verified with new keys between two sign-ins, when %s', async (_, makeKeys) => {
    await provider.signWith(await createSigningKeys((type) => `key-${type}`))
    const app = await startRelyingParty(adapter, provider)
    await answerProvider(await createBrowser({ origin: app.origin }).navigate('/me'))
    const before = provider.requestsTo('jwks').length

    await provider.signWith(await makeKeys())
    const me = await answerProvider(await createBrowser({ origin: app.origin }).navigate('/me'))
    expect(me.json()).toMatchObject({ user: { id: 'ada' } })
    expect(provider.requestsTo('jwks')).toHaveLength(before + 1)
  })

  it('is verified with keys that are new since the sign-in began, seconds after others were fetched', async () => {
    const old = await createSigningKeys()
    await provider.signWith(old)
    const app = await startRelyingParty(adapter, provider)
    const browsers = Array.from({ length: 3 }, () => createBrowser({ origin: app.origin }))
    await answerProvider(await createBrowser({ origin: app.origin }).navigate('/me'))
    const redirects = await Promise.all(
      browsers.map(async (browser) => answerUpToCallback(await browser.navigate('/me'))),
    )
    const before = provider.requestsTo('jwks').length

    await provider.signWith([...(await createSigningKeys()), ...old])
    const pages = await Promise.all(redirects.map((redirect) => redirect.follow()))
    for (const page of pages) expect(page.json()).toMatchObject({ user: { id: 'ada' } })
    expect(provider.requestsTo('jwks')).toHaveLength(before + 1)
  })
})
