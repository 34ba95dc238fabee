import { memoryStore, type Store } from '@postern/core'
import { type Browser, createBrowser, type Page } from '@postern/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { STORES, useStores } from '../stores.ts'
import { ADAPTERS, type AdapterName, type Application } from './application.ts'
import { type OpenIdProvider, startOpenIdProvider } from './openid-provider.ts'
import { answerProvider } from './person.ts'
import { startRelyingParty } from './relying-party.ts'
import { startSecondProcess } from './second-process.ts'

const stores = useStores()
const ACCEPTING = { backchannelLogout: 'accept' } as const

let provider: OpenIdProvider

beforeAll(async () => {
  provider = await startOpenIdProvider()
})

afterAll(() => provider.close())

const start = (adapter: AdapterName, store: Store, client = {}): Promise<Application> =>
  startRelyingParty(adapter, provider, { facts: ACCEPTING, client, gateway: { store } })

async function signIn({ origin }: Application, login = 'ada'): Promise<Browser> {
  const browser = createBrowser({ origin })
  await answerProvider(await browser.navigate('/me'), login)
  return browser
}

/** A person who goes to the provider, and leaves it there. */
async function signOutAtProvider(browser: Browser): Promise<Page> {
  const page = await browser.newTab().navigate(`${provider.issuer}/session/end`)
  return page.submit({ logout: 'yes' })
}

async function isSignedIn(browser: Browser, { origin }: { readonly origin: string }): Promise<boolean> {
  const answer = await browser.fetch(`${origin}/auth/session`, { from: `${origin}/` })
  return (answer.json() as { readonly authenticated: boolean }).authenticated
}

describe.each(ADAPTERS)('signing out at the provider, with sessions of %s', (adapter) => {
  it.each(STORES)('kept in %s, ends the one that began there, and no other', async (kind) => {
    const app = await start(adapter, stores.open(kind))
    const [ada, adaElsewhere, grace] = await Promise.all([signIn(app), signIn(app), signIn(app, 'grace')])
    const before = provider.events.length

    const page = await signOutAtProvider(ada)
    expect(page.text).toContain('Signed out of the provider')
    expect(provider.events.slice(before)).toContain('backchannel.success')
    expect(provider.events.slice(before)).not.toContain('backchannel.error')
    expect(await isSignedIn(ada, app)).toBe(false)
    expect((await ada.fetch('/me')).status).toBe(401)
    expect(await isSignedIn(adaElsewhere, app)).toBe(true)
    expect(await isSignedIn(grace, app)).toBe(true)
    expect(app.eventsOf('session_ended')).toMatchObject([{ cause: 'provider', subject: 'ada', provider: 'op' }])

    const again = await answerProvider(await ada.navigate('/me'))
    expect(again.json()).toMatchObject({ user: { id: 'ada' } })
  })

  it('ends it in every process that shares the store', async () => {
    const redis = { url: stores.redisUrl, prefix: stores.newPrefix() }
    const app = await start(adapter, stores.open('redis', redis))
    const second = await startSecondProcess(adapter, app, provider, redis, { facts: ACCEPTING })
    onTestFinished(() => second.close())
    const [ada, grace] = await Promise.all([signIn(app), signIn(app, 'grace')])
    // The second process has seen them both, and remembers what it saw.
    expect(await Promise.all([isSignedIn(ada, second), isSignedIn(grace, second)])).toEqual([true, true])

    await signOutAtProvider(ada)
    expect(await Promise.all([isSignedIn(ada, second), isSignedIn(ada, app)])).toEqual([false, false])
    const asked = await ada.fetch(`${second.origin}/me`, { from: `${second.origin}/` })
    expect(asked.status).toBe(401)
    expect(await Promise.all([isSignedIn(grace, second), isSignedIn(grace, app)])).toEqual([true, true])
  })

  it('ends all sessions of the user where the provider names no session', async () => {
    const app = await start(adapter, memoryStore(), { backchannel_logout_session_required: false })
    const [ada, adaElsewhere, grace] = await Promise.all([signIn(app), signIn(app), signIn(app, 'grace')])
    await signOutAtProvider(ada)
    expect(await isSignedIn(ada, app)).toBe(false)
    expect(await isSignedIn(adaElsewhere, app)).toBe(false)
    expect(await isSignedIn(grace, app)).toBe(true)
  })

  it('does nothing here until the definition of the provider says that it should', async () => {
    const app = await startRelyingParty(adapter, provider, { gateway: { store: memoryStore() } })
    const ada = await signIn(app)
    const before = provider.events.length
    await signOutAtProvider(ada)
    expect(provider.events.slice(before)).toContain('backchannel.error')
    expect(await isSignedIn(ada, app)).toBe(true)
  })

  it('cannot be asked for where sessions live in cookies, and start-up says so', async () => {
    await expect(startRelyingParty(adapter, provider, { facts: ACCEPTING })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('backchannelLogout of op needs a store: add store: memoryStore()'),
    })
  })
})

describe.each(ADAPTERS)('signing out here, on %s', (adapter) => {
  it('answers the provider’s own call, which comes before the browser comes back', async () => {
    const app = await start(adapter, memoryStore())
    const [ada, adaElsewhere] = await Promise.all([signIn(app), signIn(app)])
    const before = provider.events.length
    const asked = await (await ada.navigate('/auth/logout?return_to=/bye')).submit()
    expect((await asked.submit({ logout: 'yes' })).url).toBe(`${app.origin}/bye`)

    expect(provider.events.slice(before)).toEqual(
      expect.arrayContaining(['backchannel.success', 'end_session.success']),
    )
    expect(provider.events.slice(before)).not.toContain('backchannel.error')
    // It found nothing left to end.
    expect(app.eventsOf('session_ended')).toEqual([])
    expect(await isSignedIn(ada, app)).toBe(false)
    expect(await isSignedIn(adaElsewhere, app)).toBe(true)
  })

  it('answers it when the person stays signed in at the provider, too', async () => {
    const app = await start(adapter, memoryStore())
    const ada = await signIn(app)
    const before = provider.events.length
    const asked = await (await ada.navigate('/auth/logout?return_to=/bye')).submit()
    expect((await asked.submit()).url).toBe(`${app.origin}/bye`)
    expect(provider.events.slice(before)).toContain('backchannel.success')
    expect(await isSignedIn(ada, app)).toBe(false)
    // The next sign-in needs no login there, and its session is not taken for the one that was ended.
    const me = await answerProvider(await ada.navigate('/me'))
    expect(me.json()).toMatchObject({ user: { id: 'ada' } })
    expect(await isSignedIn(ada, app)).toBe(true)
  })
})
