import { createBrowser } from '@postern/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADAPTERS } from './application.ts'
import { GOLD, type OpenIdProvider, startOpenIdProvider } from './openid-provider.ts'
import { answerProvider, signInAgain } from './person.ts'
import { startRelyingParty } from './relying-party.ts'

let provider: OpenIdProvider

beforeAll(async () => {
  provider = await startOpenIdProvider()
})

afterAll(() => provider.close())

/** Everybody who is signed in at the provider has been so for an hour. */
function ageProviderSessions(): void {
  for (const session of provider.storage.all('Session')) {
    if (typeof session['loginTs'] === 'number') session['loginTs'] -= 3600
  }
}

describe.each(ADAPTERS)('a stronger or more recent sign-in on %s', (adapter) => {
  it('is asked for right away of somebody who is not signed in', async () => {
    const app = await startRelyingParty(adapter, provider)
    const browser = createBrowser({ origin: app.origin })
    expect((await answerProvider(await browser.navigate('/gold'))).json()).toEqual({ gold: 'ada' })
    expect((await browser.navigate('/recent')).json()).toEqual({ recent: 'ada' })
    expect(app.eventsOf('signed_in').length).toBeLessThanOrEqual(2)
  })

  it('is a new login at the provider when the last one is too long ago, and not before', async () => {
    const app = await startRelyingParty(adapter, provider)
    const browser = createBrowser({ origin: app.origin })
    await answerProvider(await browser.navigate('/recent'))
    ageProviderSessions()
    // A new session here, made from the old one there, and nobody was asked anything.
    expect((await browser.navigate('/auth/login/op?return_to=/me')).json()).toMatchObject({ user: { id: 'ada' } })

    const asked = await browser.navigate('/recent')
    expect(asked.text).toContain('name="login"')
    expect((await answerProvider(asked)).json()).toEqual({ recent: 'ada' })
    expect((await browser.navigate('/recent')).chain).toHaveLength(1)
  })

  it('is another factor at the provider when the route asks for one', async () => {
    const app = await startRelyingParty(adapter, provider)
    const browser = createBrowser({ origin: app.origin })
    await answerProvider(await browser.navigate('/me'))

    const asked = await browser.navigate('/gold')
    expect(asked.text).toContain('name="login"')
    expect((await answerProvider(asked)).json()).toEqual({ gold: 'ada' })
    expect(provider.requestsTo('authorization').at(-1)?.params['acr_values']).toBe(GOLD)
    expect((await browser.navigate('/gold')).chain).toHaveLength(1)
  })

  it('is a 401 with an address for a script, never a redirect', async () => {
    const app = await startRelyingParty(adapter, provider)
    const browser = createBrowser({ origin: app.origin })
    await answerProvider(await browser.navigate('/me'))
    const refused = await browser.fetch('/gold')
    expect(refused.status).toBe(401)
    expect(refused.json()).toMatchObject({
      code: 'reauthentication_required',
      login_url: `${app.origin}/auth/login/op?acr_values=${encodeURIComponent(GOLD)}`,
    })
  })
})

describe.each(ADAPTERS)('a silent sign-in on %s', (adapter) => {
  it('ends on a clean page when nobody is signed in at the provider', async () => {
    const app = await startRelyingParty(adapter, provider)
    const browser = createBrowser({ origin: app.origin })
    const page = await browser.navigate('/auth/login/op?prompt=none&return_to=/me')
    expect(page.status).toBe(403)
    expect(page.url).toMatch(`${app.origin}/auth/callback/op?error=login_required`)
    expect(page.text).toContain('Sign-in needs attention')
    expect(app.eventsOf('sign_in_failed')).toMatchObject([
      { code: 'provider_interaction_required', oauthError: 'login_required' },
    ])
    expect(browser.cookies.all.map(({ name }) => name)).toEqual(['postern.loop'])

    expect((await answerProvider(await signInAgain(page))).json()).toMatchObject({ user: { id: 'ada' } })
  })

  it('leaves a session that is there as it was', async () => {
    const app = await startRelyingParty(adapter, provider)
    const browser = createBrowser({ origin: app.origin })
    await answerProvider(await browser.navigate('/me'))
    // The provider forgets its session, and the browser keeps the one here.
    for (const session of provider.storage.all('Session')) delete session['accountId']
    expect((await browser.navigate('/auth/login/op?prompt=none&return_to=/me')).status).toBe(403)
    expect((await browser.navigate('/me')).json()).toMatchObject({ user: { id: 'ada' } })
  })

  it('needs no page when somebody is', async () => {
    const app = await startRelyingParty(adapter, provider)
    const browser = createBrowser({ origin: app.origin })
    await answerProvider(await browser.navigate('/me'))
    await browser.fetch('/auth/logout', { method: 'POST' })
    expect((await browser.fetch('/auth/session')).json()).toEqual({ authenticated: false })

    const me = await browser.navigate('/auth/login/op?prompt=none&return_to=/me')
    expect(me.json()).toMatchObject({ user: { id: 'ada' } })
  })
})
