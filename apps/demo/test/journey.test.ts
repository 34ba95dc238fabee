/// <reference lib="dom" />
import { describe, expect, it } from 'vitest'
import { ADAPTERS, useChromium, useStage } from './stage.ts'
import { approve, choose, knock, meets, signIn, statusOfCallback } from './visitor.ts'

const chromium = useChromium()

describe.each(ADAPTERS)('the demo in a browser, mounted by %s', (adapterName) => {
  const stage = useStage(chromium, adapterName)

  it('signs in, shows the list that the server fetched, and signs out', async () => {
    const { page } = stage
    await knock(page, 'AniList')
    await approve(page)
    await meets(page, 'You are in, lanternfox.')
    expect(await page.getByRole('region', { name: 'Your list' }).getByRole('listitem').count()).toBe(5)
    expect(
      await page.locator('.portrait img').evaluate((image: HTMLImageElement) => image.naturalWidth),
    ).toBeGreaterThan(0)

    await page.getByRole('button', { name: 'Sign out' }).click()
    await meets(page, 'You are signed out')
    await page.getByText('AniList still remembers').waitFor()
    await page.getByRole('link', { name: 'Go to the start' }).click()
    await page.getByRole('link', { name: 'Sign in', exact: true }).waitFor()
  })

  it('lets whoever asks for a guarded page choose how to sign in, and sends them back to it', async () => {
    const { page } = stage
    await page.goto('/through')
    await meets(page, 'Choose how to sign in')
    await choose(page, 'AniList')
    await approve(page)
    await meets(page, 'Through the gateway')
  })

  it('has a page with a way back at an address that leads nowhere, whoever asks', async () => {
    const { page } = stage
    for (const signedIn of [false, true]) {
      if (signedIn) await signIn(page, 'AniList')
      const answer = await page.goto('/auth/nothing?a=b')
      expect(answer?.status()).toBe(404)
      await meets(page, 'There is no door here')
      expect(await page.locator('[data-signed-in]').count()).toBe(signedIn ? 1 : 0)
      await page.getByRole('link', { name: 'To the gate' }).click()
      await page.waitForURL('/')
    }
  })

  it('says that nothing has changed to someone who declines, and starts again', async () => {
    const { page } = stage
    await knock(page, 'AniList')
    expect(await statusOfCallback(page, () => page.getByRole('button', { name: 'Deny' }).click())).toBe(403)
    await meets(page, 'Sign-in declined')
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await approve(page)
    await meets(page, 'You are in, lanternfox.')
  })

  it('finishes two sign-ins that run in two tabs at once', async () => {
    const { page, context } = stage
    const other = await context.newPage()
    await knock(page, 'AniList')
    await knock(other, 'AniList')
    await approve(page)
    await approve(other)
    await meets(page, 'You are in, lanternfox.')
    await meets(other, 'You are in, lanternfox.')
  })

  it('bears the back button after signing in, and a second approval there', async () => {
    const { page, demo } = stage
    await signIn(page, 'AniList')
    await page.goBack()
    await page.waitForURL(`${demo.standIn}/**`)
    await approve(page)
    await meets(page, 'You are in, lanternfox.')
  })

  it('sends a signed-in browser on when the callback is opened again, and gives nothing to one that signed out', async () => {
    const { page } = stage
    const callback = page.waitForRequest((request) => request.url().includes('/auth/callback/'))
    await signIn(page, 'AniList')
    const address = (await callback).url()
    await page.goto(address)
    await meets(page, 'You are in, lanternfox.')

    await page.getByRole('button', { name: 'Sign out' }).click()
    await meets(page, 'You are signed out')
    const answer = await page.goto(address)
    expect(answer?.status()).toBe(400)
    await page.goto('/')
    expect(await page.getByRole('link', { name: 'Sign in', exact: true }).isVisible()).toBe(true)
  })

  it('can be passed with the keyboard alone', async () => {
    const { page } = stage
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim())
    await page.goto('/')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Sign in')
    await page.keyboard.press('Enter')
    await meets(page, 'Choose how to sign in')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Continue with AniList')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Approve' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Approve')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/me')
  })

  it('writes the events of this browser into its timeline while one watches, and those of no other', async () => {
    const { page, context } = stage
    await page.goto('/')
    const stranger = await (await stage.newContext()).newPage()
    await stranger.goto('/auth/callback/anilist?code=forged&state=forged')

    const other = await context.newPage()
    await knock(other, 'AniList')
    await approve(other)
    const items = page.getByRole('log').getByRole('listitem')
    await items.nth(3).waitFor()
    expect(await items.locator('code:first-child').allTextContents()).toEqual(
      expect.arrayContaining(['sign_in_started', 'callback_accepted', 'code_exchanged', 'signed_in']),
    )
    expect(await page.getByText('transaction_missing').count()).toBe(0)
  })

  it('shows the browser what the session holds, and no token anywhere', async () => {
    const { page, context } = stage
    await signIn(page, 'AniList')
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
