import { memoryStore } from '@postern/core'
import { createBrowser } from '@postern/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ADAPTERS } from './application.ts'
import { type OpenIdProvider, startOpenIdProvider } from './openid-provider.ts'
import { answerProvider, answerUpToCallback, declineAtProvider, signInAgain } from './person.ts'
import { OFFLINE } from './provider-definition.ts'
import { startRelyingParty } from './relying-party.ts'

let provider: OpenIdProvider

beforeAll(async () => {
  provider = await startOpenIdProvider({ accessTokenLifetime: 200 })
})

afterEach(() => provider.resume())

afterAll(() => provider.close())

describe.each(ADAPTERS)('a sign-in on %s that does not succeed', (adapter) => {
  it('because the person declines says that nothing has changed, and starts again where it was going', async () => {
    const app = await startRelyingParty(adapter, provider)
    const browser = createBrowser({ origin: app.origin })
    const declined = await declineAtProvider(await browser.navigate('/me'))
    expect(declined.status).toBe(403)
    expect(declined.text).toContain('Nothing has changed')
    expect(declined.headers.get('cache-control')).toBe('no-store')
    expect(app.eventsOf('sign_in_failed')).toMatchObject([{ code: 'sign_in_denied', oauthError: 'access_denied' }])
    expect((await browser.fetch('/auth/session')).json()).toEqual({ authenticated: false })

    const me = await answerProvider(await signInAgain(declined))
    expect(me.url).toBe(`${app.origin}/me`)
    expect(me.json()).toMatchObject({ user: { id: 'ada' } })
  })

  it('because the provider is down says when to come back, and works when it is up', async () => {
    const app = await startRelyingParty(adapter, provider)
    const browser = createBrowser({ origin: app.origin })
    await provider.pause()
    const page = await browser.navigate('/me')
    expect(page.status).toBe(503)
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(Number(page.headers.get('retry-after'))).toBeLessThanOrEqual(5)
    expect(browser.cookies.all).toEqual([])
    expect((await browser.navigate('/')).status).toBe(200)

    await provider.resume()
    app.pass(5)
    expect((await answerProvider(await signInAgain(page))).json()).toMatchObject({ user: { id: 'ada' } })
  })

  it('because the provider goes down before the callback is over, and a button starts another', async () => {
    const app = await startRelyingParty(adapter, provider)
    const browser = createBrowser({ origin: app.origin })
    const redirect = await answerUpToCallback(await browser.navigate('/me'))
    await provider.pause()
    const failed = await redirect.follow()
    expect(failed.status).toBe(503)
    expect(app.eventsOf('sign_in_failed')).toMatchObject([{ code: 'provider_unreachable', class: 'transient' }])
    expect((await browser.fetch('/auth/session')).json()).toEqual({ authenticated: false })

    await provider.resume()
    // The code was tried once, and never is again.
    const before = provider.requestsTo('token').length
    expect((await browser.navigate(redirect.location ?? '')).status).toBe(400)
    expect(provider.requestsTo('token')).toHaveLength(before)
    expect((await answerProvider(await signInAgain(failed))).json()).toMatchObject({ user: { id: 'ada' } })
  })
})

describe.each(ADAPTERS)('a session on %s while the provider is down', (adapter) => {
  it.each([
    ['sealed in cookies', {}],
    ['in a store', { store: memoryStore() }],
  ])('goes on until its token has expired, and after that when the provider is back: %s', async (_, gateway) => {
    const app = await startRelyingParty(adapter, provider, { facts: OFFLINE, gateway })
    const browser = createBrowser({ origin: app.origin })
    await answerProvider(await browser.navigate('/me'))
    const first = (await browser.fetch('/token')).text
    await provider.pause()

    // Due for renewal, and still good: nobody notices.
    app.pass(191)
    expect((await browser.fetch('/token')).text).toBe(first)

    app.pass(10)
    const refused = await browser.fetch('/token')
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(5)
    expect((await browser.fetch('/me')).status).toBe(200)
    expect((await browser.fetch('/auth/session')).json()).toMatchObject({ authenticated: true })

    await provider.resume()
    app.pass(5)
    const renewed = await browser.fetch('/token')
    expect(renewed.status).toBe(200)
    expect(renewed.text).not.toBe(first)
  })
})
