/// <reference lib="dom" />
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium } from './chromium.ts'
import { type AdapterName, type RunningDemo, startDemo } from './running-demo.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchChromium()
})

afterAll(() => browser.close())

describe.each<AdapterName>(['Fastify', 'Koa'])('the demo in a browser, mounted by %s', (adapterName) => {
  let demo: RunningDemo
  let context: BrowserContext
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    demo = await startDemo(adapterName)
  })

  afterAll(() => demo.close())

  beforeEach(async () => {
    complaints = []
    context = await browser.newContext({ baseURL: demo.origin })
    context.on('weberror', (error) => complaints.push(error.error().message))
    context.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        complaints.push(message.text())
      }
    })
    context.setDefaultTimeout(10_000)
    page = await context.newPage()
  })

  afterEach(async () => {
    await context.close()
    // Nothing blocked by a policy, and no script that broke.
    expect(complaints).toEqual([])
  })

  /** Waits until the page has this heading. */
  const meets = (name: string, on: Page = page) => on.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  const arrives = (on: Page = page) => on.waitForURL(`${demo.origin}/me`)

  async function knock(on: Page = page): Promise<void> {
    await on.goto('/')
    await on.getByRole('link', { name: 'Sign in with AniList' }).click()
    await on.waitForURL(`${demo.standIn}/**`)
  }

  async function approve(on: Page = page): Promise<void> {
    await on.getByRole('button', { name: 'Approve' }).click()
  }

  async function signIn(): Promise<void> {
    await knock()
    await approve()
    await arrives()
  }

  async function statusOfNext(on: Page, act: () => Promise<unknown>): Promise<number> {
    const answer = on.waitForResponse((response) => new URL(response.url()).pathname === '/auth/callback/anilist')
    await act()
    return (await answer).status()
  }

  it('signs in, shows the list that the server fetched, and signs out', async () => {
    await signIn()
    await meets('You are in, lanternfox.')
    expect(await page.getByRole('region', { name: 'Your list' }).getByRole('listitem').count()).toBe(5)
    expect(
      await page.locator('.portrait img').evaluate((image: HTMLImageElement) => image.naturalWidth),
    ).toBeGreaterThan(0)

    await page.getByRole('button', { name: 'Sign out' }).click()
    await meets('You are signed out')
    await page.getByText('AniList still remembers').waitFor()
    await page.getByRole('link', { name: 'Go to the start' }).click()
    await page.getByRole('link', { name: 'Sign in with AniList' }).waitFor()
  })

  it('sends whoever asks for a guarded page to sign in, and back to it', async () => {
    await page.goto('/me')
    await page.waitForURL(`${demo.standIn}/**`)
    await approve()
    await arrives()
  })

  it('says that nothing has changed to someone who declines, and starts again', async () => {
    await knock()
    const status = await statusOfNext(page, () => page.getByRole('button', { name: 'Deny' }).click())
    expect(status).toBe(403)
    await meets('Sign-in declined')
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await approve()
    await arrives()
  })

  it('finishes two sign-ins that run in two tabs at once', async () => {
    const other = await context.newPage()
    await knock()
    await knock(other)
    await approve()
    await approve(other)
    await meets('You are in, lanternfox.')
    await meets('You are in, lanternfox.', other)
  })

  it('bears the back button after signing in, and a second approval there', async () => {
    await signIn()
    await page.goBack()
    await page.waitForURL(`${demo.standIn}/**`)
    await approve()
    await arrives()
    await meets('You are in, lanternfox.')
  })

  it('sends a signed-in browser on when the callback is opened again, and gives nothing to one that signed out', async () => {
    const callback = page.waitForRequest((request) => request.url().includes('/auth/callback/'))
    await signIn()
    const address = (await callback).url()
    await page.goto(address)
    await arrives()

    await page.getByRole('button', { name: 'Sign out' }).click()
    await meets('You are signed out')
    const answer = await page.goto(address)
    expect(answer?.status()).toBe(400)
    await page.goto('/')
    expect(await page.getByRole('link', { name: 'Sign in with AniList' }).isVisible()).toBe(true)
  })

  it('tells someone who took too long, and starts again', async () => {
    await page.goto('/try/late')
    expect(await statusOfNext(page, () => approve())).toBe(400)
    await meets('Sign-in took too long')
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await approve()
    await arrives()
  })

  it('says that the provider is gone when it is, and heals', async () => {
    await page.goto('/try/unreachable')
    expect(await statusOfNext(page, () => approve())).toBe(503)
    await meets('Provider not reachable')
    expect(await page.locator('.facts').textContent()).toMatch(/provider_unreachable.*Reference/s)
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await approve()
    await arrives()
  })

  it('turns a forged answer away', async () => {
    const answer = await page.goto('/auth/callback/anilist?code=forged&state=forged')
    expect(answer?.status()).toBe(400)
    await meets('Sign-in not recognised')
  })

  it('turns a signed-in user away from a room that is not theirs', async () => {
    await signIn()
    const answer = await page.goto('/keep')
    expect(answer?.status()).toBe(403)
    await meets('Not allowed')
  })

  it('keeps the page standing while the API asks for patience', async () => {
    await signIn()
    await page.goto('/try/busy')
    await meets('You are in, lanternfox.')
    expect(await page.getByRole('status').textContent()).toContain('about 30 seconds')
    await page.getByRole('link', { name: 'Look again' }).click()
    await page.getByRole('status').waitFor({ state: 'detached' })
    await meets('You are in, lanternfox.')
  })

  it('can be passed with the keyboard alone', async () => {
    await page.goto('/')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Sign in with AniList')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Approve' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Approve')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/me')
  })

  it('writes the events of this browser into its timeline while one watches, and those of no other', async () => {
    await page.goto('/')
    const stranger = await (await browser.newContext({ baseURL: demo.origin })).newPage()
    await stranger.goto('/auth/callback/anilist?code=forged&state=forged')
    await stranger.context().close()

    const other = await context.newPage()
    await knock(other)
    await approve(other)
    const items = page.getByRole('log').getByRole('listitem')
    await items.nth(3).waitFor()
    expect(await items.locator('code:first-child').allTextContents()).toEqual(
      expect.arrayContaining(['sign_in_started', 'callback_accepted', 'code_exchanged', 'signed_in']),
    )
    expect(await page.getByText('transaction_missing').count()).toBe(0)
  })

  it('shows the browser what the session holds, and no token anywhere', async () => {
    await signIn()
    const session = page.locator('[data-session]')
    await session.waitFor()
    expect(JSON.parse((await session.textContent()) ?? '')).toMatchObject({
      authenticated: true,
      provider: 'anilist',
      user: { id: '7100001', name: 'lanternfox' },
    })
    const timeline = await (await context.request.get('/timeline')).text()
    expect(timeline).toContain('signed_in')
    // The stand-in's tokens are JWTs, as AniList's are.
    expect((await page.content()) + timeline).not.toMatch(/eyJ[\w-]+\.|[?&](?:code|state)=/)
  })
})
