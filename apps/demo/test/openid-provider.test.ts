import { describe, expect, it } from 'vitest'
import { ADAPTERS, useChromium, useStage } from './stage.ts'
import { approve, knock, meets, signIn } from './visitor.ts'

const chromium = useChromium()

describe.each(ADAPTERS)('the OpenID Provider in a browser, with the demo mounted by %s', (adapterName) => {
  const stage = useStage(chromium, adapterName)

  it('signs in whoever one chooses to be, and shows what it says about them', async () => {
    const { page } = stage
    await knock(page, 'OpenID Provider')
    await approve(page, 'Tobin Wick')
    await meets(page, 'You are in, Tobin Wick.')
    const said = page.getByRole('region', { name: 'What your provider says' })
    expect(await said.getByRole('definition').allTextContents()).toEqual(
      expect.arrayContaining(['tobin', 'Tobin Wick']),
    )
    const session = page.locator('[data-session]')
    await session.waitFor()
    expect(JSON.parse((await session.textContent()) ?? '')).toMatchObject({
      provider: 'openid',
      scope: expect.arrayContaining(['offline_access']),
    })
  })

  it('signs out there as well when one signs out here, and comes back', async () => {
    const { page, demo } = stage
    await signIn(page, 'OpenID Provider')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${demo.issuer}/**`)
    await meets(page, 'Sign out here too?')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await meets(page, 'You are signed out')
    expect(page.url()).toMatch(`${demo.origin}/auth/signed-out`)

    // It has forgotten who was there: the first on its list is proposed again.
    await knock(page, 'OpenID Provider')
    expect(await page.getByRole('radio', { name: 'Maren Toll' }).isChecked()).toBe(true)
  })

  it('keeps one signed in there who wants that, until somebody else takes over', async () => {
    const { page } = stage
    await signIn(page, 'OpenID Provider', 'Odile Ward')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Stay signed in' }).click()
    await meets(page, 'You are signed out')
    await knock(page, 'OpenID Provider')
    expect(await page.getByRole('radio', { name: 'Odile Ward' }).isChecked()).toBe(true)
    await approve(page, 'Tobin Wick')
    await meets(page, 'You are in, Tobin Wick.')
  })

  it('ends the session here when one signs out there, and the open page says so', async () => {
    const { page, context, demo } = stage
    await signIn(page, 'OpenID Provider')
    const [there] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: 'sign out at the provider' }).click(),
    ])
    await meets(there, 'Sign out everywhere?')
    expect(there.url()).toMatch(demo.issuer)
    await there.getByRole('button', { name: 'Sign out' }).click()
    await meets(there, 'You are signed out here')

    await page.getByRole('alert').getByText('You are no longer signed in here.').waitFor()
    await page.getByRole('log').getByText('you signed out at the provider').waitFor()
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await approve(page)
    await meets(page, 'You are in, Maren Toll.')
  })
})

describe('the OpenID Provider, with sealed sessions', () => {
  const stage = useStage(chromium, 'Fastify', 'sealed')

  it('signs in, and says what cannot be done from afar', async () => {
    const { page } = stage
    await signIn(page, 'OpenID Provider')
    await page.getByRole('region', { name: 'Where you are signed in' }).getByText('Nobody knows').waitFor()
    expect(await page.getByRole('link', { name: 'sign out at the provider' }).count()).toBe(0)
    await page.goto('/')
    expect(await page.getByRole('heading', { name: 'The provider ends it' }).count()).toBe(0)
  })
})
