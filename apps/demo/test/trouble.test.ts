import { describe, expect, it } from 'vitest'
import { ADAPTERS, useChromium, useStage } from './stage.ts'
import { approve, choose, meets, signIn, statusOfCallback } from './visitor.ts'

const chromium = useChromium()

describe.each(ADAPTERS)('what can go wrong, mounted by %s', (adapterName) => {
  const stage = useStage(chromium, adapterName)

  it('tells someone who took too long, and starts again', async () => {
    const { page } = stage
    await page.goto('/try/late')
    await choose(page, 'AniList')
    expect(await statusOfCallback(page, () => approve(page))).toBe(400)
    await meets(page, 'Sign-in took too long')
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await approve(page)
    await page.waitForURL('**/me')
  })

  it.each([
    ['AniList', '/try/unreachable'],
    ['the OpenID Provider', '/try/openid-provider-down'],
  ])('says that %s is gone when it is, and heals', async (_name, address) => {
    const { page } = stage
    await page.goto(address)
    expect(await statusOfCallback(page, () => approve(page))).toBe(503)
    await meets(page, 'Provider not reachable')
    expect(await page.locator('.facts').textContent()).toMatch(/provider_unreachable.*Reference/s)
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await approve(page)
    await page.waitForURL('**/me')
  })

  it('says that nothing has changed to someone who declines at the OpenID Provider', async () => {
    const { page } = stage
    await page.goto('/')
    await page.getByRole('link', { name: 'Go and decline' }).click()
    await choose(page, 'OpenID Provider')
    expect(await statusOfCallback(page, () => page.getByRole('button', { name: 'Deny' }).click())).toBe(403)
    await meets(page, 'Sign-in declined')
  })

  it('turns a forged answer away', async () => {
    const answer = await stage.page.goto('/auth/callback/anilist?code=forged&state=forged')
    expect(answer?.status()).toBe(400)
    await meets(stage.page, 'Sign-in not recognised')
  })

  it('turns a signed-in user away from a room that is not theirs, and lets in whose it is', async () => {
    const { page } = stage
    await signIn(page, 'OpenID Provider', 'Maren Toll')
    const answer = await page.goto('/keep')
    expect(answer?.status()).toBe(403)
    await meets(page, 'Not allowed')

    const castellan = await (await stage.newContext()).newPage()
    await signIn(castellan, 'OpenID Provider', 'Odile Ward')
    await castellan.goto('/keep')
    await meets(castellan, 'The keep')
  })

  it('keeps the page standing while the API asks for patience, and when it forgets the token', async () => {
    const { page } = stage
    await signIn(page, 'AniList')
    await page.goto('/try/busy')
    await meets(page, 'You are in, lanternfox.')
    const notice = page.getByRole('region', { name: 'Your list' }).getByRole('status')
    expect(await notice.textContent()).toContain('about 30 seconds')
    await page.getByRole('link', { name: 'Look again' }).click()
    await notice.waitFor({ state: 'detached' })
    await meets(page, 'You are in, lanternfox.')

    await page.goto('/try/forgotten')
    await page.getByText('AniList no longer accepts this sign-in.').waitFor()
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await approve(page)
    await meets(page, 'You are in, lanternfox.')
  })
})
