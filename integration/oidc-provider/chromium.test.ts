/// <reference lib="dom" />
import { memoryStore } from '@postern/core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.ts'
import { ADAPTERS, type AdapterName } from './application.ts'
import { type OpenIdProvider, startOpenIdProvider } from './openid-provider.ts'
import { OFFLINE } from './provider-definition.ts'
import { type RelyingPartyOptions, startRelyingParty } from './relying-party.ts'

let chromium: Browser
let provider: OpenIdProvider
let context: BrowserContext
let complaints: string[]

beforeAll(async () => {
  ;[chromium, provider] = await Promise.all([launchChromium(), startOpenIdProvider()])
})

afterAll(() => Promise.all([chromium.close(), provider.close()]))

beforeEach(async () => {
  complaints = []
  context = await chromium.newContext()
  context.setDefaultTimeout(10_000)
  // The provider's pages ask for a font from elsewhere.
  await context.route(
    ({ hostname }) => !['localhost', '127.0.0.1'].includes(hostname),
    (route) => route.abort(),
  )
  context.on('weberror', (error) => complaints.push(error.error().message))
  context.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text())
    }
  })
})

afterEach(async () => {
  await context.close()
  // Nothing blocked by a policy, and no script that broke.
  expect(complaints).toEqual([])
})

const start = (adapter: AdapterName, { facts, gateway }: RelyingPartyOptions = {}) =>
  startRelyingParty(adapter, provider, {
    facts: { ...OFFLINE, backchannelLogout: 'accept', ...facts },
    gateway: { store: memoryStore(), ...gateway },
  })

const headed = (page: Page, heading: string) => page.getByRole('heading', { name: heading, exact: true }).waitFor()

async function logIn(page: Page): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill('ada')
  await page.getByPlaceholder('and password').fill('any')
  await page.getByRole('button', { name: 'Sign-in' }).click()
}

const agree = (page: Page) => page.getByRole('button', { name: 'Continue' }).click()

async function watch(origin: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${origin}/watch`)
  await headed(page, 'Signed in as ada')
  return page
}

describe('two applications on one provider, in Chromium', () => {
  it('share its sign-in, and open tabs of both learn that it is over when somebody signs out there', async () => {
    const fastify = await start('Fastify', { gateway: { cookiePrefix: 'one' } })
    const koa = await start('Koa', { gateway: { cookiePrefix: 'two' } })
    const page = await context.newPage()
    await page.goto(`${fastify.origin}/me`)
    await logIn(page)
    await agree(page)
    await page.waitForURL(`${fastify.origin}/me`)
    await page.goto(`${koa.origin}/me`)
    await agree(page)
    await page.waitForURL(`${koa.origin}/me`)

    const tabs = await Promise.all([watch(fastify.origin), watch(koa.origin)])
    await page.goto(`${provider.issuer}/session/end`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await headed(page, 'Signed out of the provider')
    await Promise.all(tabs.map((tab) => headed(tab, 'Signed out')))

    for (const { origin } of [fastify, koa]) {
      await page.goto(`${origin}/me`)
      await page.getByPlaceholder('Enter any login').waitFor()
    }
  })
})

describe.each(ADAPTERS)('an application on %s, in Chromium', (adapter) => {
  it('signs out here and at the provider, and comes back; another tab learns of it', async () => {
    const app = await start(adapter)
    const page = await context.newPage()
    await page.goto(`${app.origin}/me`)
    await logIn(page)
    await agree(page)
    await page.waitForURL(`${app.origin}/me`)
    const tab = await watch(app.origin)

    await page.goto(`${app.origin}/auth/logout?return_to=/bye`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await headed(page, 'Sign out here too?')
    await headed(tab, 'Signed out')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${app.origin}/bye`)
    expect(provider.events).toContain('backchannel.success')
    expect(provider.events).not.toContain('backchannel.error')

    // What the browser still has of the page from before shows nothing.
    await page.goto(`${app.origin}/me`)
    await page.getByPlaceholder('Enter any login').waitFor()
  })

  it('takes the answer as a form post from another site', async () => {
    const app = await start(adapter, { facts: { responseMode: 'form_post' } })
    const page = await context.newPage()
    await page.goto(`${app.origin}/me`)
    await logIn(page)
    await agree(page)
    await page.waitForURL(`${app.origin}/me`)
    expect(await page.evaluate(() => document.body.textContent)).toContain('ada Example')
  })
})
