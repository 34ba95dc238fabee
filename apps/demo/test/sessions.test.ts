import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { ADAPTERS, useChromium, useStage } from './stage.ts'
import { meets, signIn } from './visitor.ts'

const PARTED = 'You are no longer signed in here.'
const sessionsOn = (page: Page) => page.getByRole('region', { name: 'Where you are signed in' })

const chromium = useChromium()

describe.each(ADAPTERS)('the list of sessions, mounted by %s', (adapterName) => {
  const stage = useStage(chromium, adapterName)

  /** The same person in this many more browsers. */
  async function elsewhere(who: string, count = 1): Promise<readonly Page[]> {
    const pages: Page[] = []
    for (let index = 0; index < count; index += 1) {
      const page = await (await stage.newContext()).newPage()
      await signIn(page, 'AniList', who)
      pages.push(page)
    }
    return pages
  }

  it('ends another session, whose open page says so kindly', async () => {
    const { page } = stage
    const [other] = await elsewhere('quietharbour')
    await signIn(page, 'AniList', 'quietharbour')
    const sessions = sessionsOn(page)
    expect(await sessions.getByRole('listitem').count()).toBe(2)
    expect(await sessions.getByRole('listitem').filter({ hasText: 'this browser' }).count()).toBe(1)

    await sessions.getByRole('button', { name: 'End it' }).click()
    await sessions.getByText('One session ended.').waitFor()
    await sessions.getByRole('listitem').nth(1).waitFor({ state: 'detached' })
    await other?.getByRole('alert').getByText(PARTED).waitFor()
    await other?.getByRole('log').getByText('ended from the list of sessions').waitFor()
    expect(await page.getByText(PARTED).isVisible()).toBe(false)

    await other?.reload()
    await other?.getByRole('heading', { name: 'Choose how to sign in' }).waitFor()
    await page.reload()
    await meets(page, 'You are in, quietharbour.')
  })

  it('names a session, and ends all but this one', async () => {
    const { page } = stage
    await elsewhere('mossandrain', 2)
    await signIn(page, 'AniList', 'mossandrain')
    const sessions = sessionsOn(page)
    const current = sessions.getByRole('listitem').filter({ hasText: 'this browser' })
    await current.getByText('Name it').click()
    await current.getByLabel('Name', { exact: true }).fill('The <b>good</b> one')
    await current.getByRole('button', { name: 'Save' }).click()
    await sessions.getByRole('heading', { name: 'The <b>good</b> one' }).waitFor()

    await sessions.getByRole('button', { name: 'End all others' }).click()
    await sessions.getByText('2 sessions ended.').waitFor()
    await sessions.getByText('it will be listed here').waitFor()
    expect(await sessions.getByRole('listitem').count()).toBe(1)
  })

  it('shows nobody else’s sessions', async () => {
    const { page } = stage
    await elsewhere('lanternfox')
    await signIn(page, 'AniList', 'papercomet')
    expect(await sessionsOn(page).getByRole('listitem').count()).toBe(1)
  })

  it('tells every tab of a browser that was signed out in one, and who signed in there instead', async () => {
    const { page, context } = stage
    await signIn(page, 'AniList', 'papercomet')
    const other = await context.newPage()
    await other.goto('/me')
    await other.getByRole('button', { name: 'Sign out' }).click()
    await meets(other, 'You are signed out')
    await page.getByRole('alert').getByText(PARTED).waitFor()

    await signIn(other, 'OpenID Provider')
    await page.getByRole('alert').getByText('Somebody else is signed in now.').waitFor()
    expect(await page.getByText(PARTED).isVisible()).toBe(false)
  })

  it('works without script as far as the routes allow, and says so', async () => {
    const [other] = await elsewhere('lanternfox')
    const page = await (await stage.newContext({ javaScriptEnabled: false })).newPage()
    await signIn(page, 'AniList', 'lanternfox')
    expect(await page.locator('noscript p').textContent()).toContain('The buttons work without script')
    await page.getByRole('button', { name: 'End all others' }).click()
    expect(JSON.parse((await page.locator('pre').textContent()) ?? '')).toEqual({ ended: expect.any(Array) })
    await other?.getByRole('alert').getByText(PARTED).waitFor()
  })
})
