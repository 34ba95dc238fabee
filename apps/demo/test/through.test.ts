import { describe, expect, it } from 'vitest'
import { ADAPTERS, useChromium, useStage } from './stage.ts'
import { approve, signIn } from './visitor.ts'

const chromium = useChromium()

describe.each(ADAPTERS)('the page that goes through the gateway, mounted by %s', (adapterName) => {
  const stage = useStage(chromium, adapterName)

  it('asks AniList’s API from the browser, with a token that the browser does not have', async () => {
    const { page } = stage
    await signIn(page, 'AniList')
    await page.goto('/through')
    const asked = page.waitForRequest('**/api/anilist')
    await page.getByRole('button', { name: 'Send it through' }).click()
    const answer = page.locator('[data-answer]')
    await answer.locator('pre').waitFor()
    expect(JSON.parse((await answer.locator('pre').textContent()) ?? '')).toMatchObject({
      data: { Viewer: { name: 'lanternfox' } },
    })
    expect(await answer.locator('.facts').textContent()).toMatch(
      /status.*200.*x-ratelimit-limit.*90.*x-ratelimit-remaining.*\d/s,
    )
    const headers = await (await asked).allHeaders()
    expect(headers).toMatchObject({ 'x-postern': '1', 'content-type': 'application/json' })
    expect(headers['authorization']).toBeUndefined()
  })

  it('shows what AniList says to a query that it does not understand', async () => {
    const { page } = stage
    await signIn(page, 'AniList')
    await page.goto('/through')
    await page.getByLabel('A GraphQL query').fill('{ Viewer { shoeSize } }')
    await page.getByRole('button', { name: 'Send it through' }).click()
    const answer = page.locator('[data-answer]')
    await answer.getByText('"errors"').waitFor()
    expect(await answer.locator('.facts').textContent()).toContain('400')
  })

  it('sends no other provider’s token to AniList, and says where to sign in for it', async () => {
    const { page } = stage
    await signIn(page, 'OpenID Provider')
    await page.goto('/through')
    await page.getByText('the gateway sends each token only to its own API').waitFor()
    await page.getByRole('button', { name: 'Send it all the same' }).click()
    const answer = page.locator('[data-answer]')
    await answer.getByText('sign_in_required').waitFor()
    expect(await answer.locator('.facts').textContent()).toContain('401')
    await answer.getByRole('link', { name: 'sign in with AniList' }).click()
    await approve(page)
    await page.getByRole('button', { name: 'Send it through' }).click()
    await answer.getByText('lanternfox').first().waitFor()
  })
})
