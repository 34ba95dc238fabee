import { memoryStore, type Store } from '@postern/core'
import { type Browser, createBrowser } from '@postern/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { useStores } from '../stores.ts'
import { ADAPTERS, type AdapterName, type Application } from './application.ts'
import { type OpenIdProvider, startOpenIdProvider } from './openid-provider.ts'
import { answerProvider } from './person.ts'
import { OFFLINE } from './provider-definition.ts'
import { startRelyingParty } from './relying-party.ts'
import { startSecondProcess } from './second-process.ts'

const stores = useStores()

let provider: OpenIdProvider

beforeAll(async () => {
  provider = await startOpenIdProvider({ accessTokenLifetime: 20 })
})

afterAll(() => provider.close())

const KEPT: readonly (readonly [where: string, store: () => Store | undefined])[] = [
  ['sealed in cookies', () => undefined],
  ['in memory', () => stores.open('memory')],
  ['in Redis', () => stores.open('redis')],
]

async function signedIn(
  adapter: AdapterName,
  store: Store | undefined,
): Promise<{ readonly app: Application; readonly browser: Browser }> {
  const app = await startRelyingParty(adapter, provider, {
    facts: OFFLINE,
    gateway: store === undefined ? {} : { store },
  })
  const browser = createBrowser({ origin: app.origin })
  await answerProvider(await browser.navigate('/me'))
  return { app, browser }
}

/** Refresh tokens that were presented since there were `before` requests, and how it went. */
function presented(before: number): readonly (readonly [token: string | undefined, status: number])[] {
  return provider.requests
    .slice(before)
    .filter(({ route, params }) => route === 'token' && params['grant_type'] === 'refresh_token')
    .map(({ params, status }) => [params['refresh_token'], status] as const)
}

describe.each(ADAPTERS)('refresh tokens that rotate, on %s', (adapter) => {
  it.each(KEPT)('are each presented once, by however many requests at once: sessions %s', async (_, store) => {
    const { app, browser } = await signedIn(adapter, store())
    const before = provider.requests.length
    const seen = new Set<string>()
    for (let round = 0; round < 4; round += 1) {
      app.pass(25)
      const answers = await Promise.all(Array.from({ length: 25 }, () => browser.fetch('/token')))
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
      const tokens = new Set(answers.map(({ text }) => text))
      expect(tokens.size).toBe(1)
      for (const token of tokens) seen.add(token)
    }
    expect(seen.size).toBe(4)
    const spent = presented(before)
    expect(spent.map(([, status]) => status)).toEqual([200, 200, 200, 200])
    expect(new Set(spent.map(([token]) => token)).size).toBe(4)
    expect(app.eventsOf('token_refreshed')).toHaveLength(4)
  })

  it('are each presented once by two processes that share Redis', async () => {
    const prefix = stores.newPrefix()
    const { app, browser } = await signedIn(adapter, stores.open('redis', { prefix }))
    const redis = { url: stores.redisUrl, prefix }
    const second = await startSecondProcess(adapter, app, provider, redis, { facts: OFFLINE })
    onTestFinished(() => second.close())
    const before = provider.requests.length
    for (let round = 0; round < 3; round += 1) {
      app.pass(25)
      await second.pass(25)
      const places = Array.from({ length: 40 }, (_, index) => [app.origin, second.origin][index % 2])
      const answers = await Promise.all(
        places.map((place) => browser.fetch(`${place}/token`, { credentials: 'include', mode: 'no-cors' })),
      )
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    }
    const spent = presented(before)
    expect(spent.map(([, status]) => status)).toEqual([200, 200, 200])
    expect(new Set(spent.map(([token]) => token)).size).toBe(3)
  })

  it.each(KEPT)('that are won after the user has signed out are revoked: sessions %s', async (_, store) => {
    const { app, browser } = await signedIn(adapter, store())
    const clientId = provider.requestsTo('token').at(-1)?.params['client_id']
    app.pass(25)
    const before = provider.requests.length
    const release = provider.hold('token')
    const slow = browser.fetch('/token')
    await vi.waitFor(() => expect(presented(before)).toHaveLength(1), { timeout: 10_000 })
    expect((await browser.fetch('/auth/logout', { method: 'POST' })).status).toBe(200)
    release()
    expect((await slow).status).toBe(401)
    expect((await browser.fetch('/auth/session')).json()).toEqual({ authenticated: false })
    await app.close()
    const alive = ['RefreshToken', 'AccessToken'].flatMap((model) => provider.storage.all(model))
    expect(alive.filter((token) => token['clientId'] === clientId)).toEqual([])
  })

  it('that the provider has revoked end their session, and are not presented again', async () => {
    const { app, browser } = await signedIn(adapter, memoryStore())
    for (const token of provider.storage.all('RefreshToken')) token['consumed'] = 1
    app.pass(25)
    const before = provider.requests.length
    for (let attempt = 0; attempt < 3; attempt += 1) expect((await browser.fetch('/token')).status).toBe(401)
    expect(presented(before).map(([, status]) => status)).toEqual([400])
    expect((await browser.fetch('/auth/session')).json()).toEqual({ authenticated: false })
    expect(app.eventsOf('session_ended')).toMatchObject([{ cause: 'grant_dead', subject: 'ada' }])
  })

  it('are not given for a scope alone: oidc-provider wants to ask for consent', async () => {
    const app = await startRelyingParty(adapter, provider, { facts: { scope: OFFLINE.scope } })
    const browser = createBrowser({ origin: app.origin })
    await answerProvider(await browser.navigate('/me'))
    app.pass(25)
    expect((await browser.fetch('/token')).status).toBe(401)
  })
})
