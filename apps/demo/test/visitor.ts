import type { Page } from 'playwright-core'

/** What somebody at the demo does with a page, in the words on it. */

export type ProviderName = 'AniList' | 'OpenID Provider'

/** Waits until the page has this heading. */
export async function meets(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
}

/** Goes to the gate, and through the choosing page as far as the provider. */
export async function knock(page: Page, provider: ProviderName): Promise<void> {
  await page.goto('/')
  await page.getByRole('link', { name: 'Sign in', exact: true }).click()
  await choose(page, provider)
}

export async function choose(page: Page, provider: ProviderName): Promise<void> {
  await page.getByRole('link', { name: `Continue with ${provider}` }).click()
  await page.getByRole('button', { name: 'Approve' }).waitFor()
}

/** @param who the first on the list, when nobody is named */
export async function approve(page: Page, who?: string): Promise<void> {
  if (who !== undefined) await page.getByRole('radio', { name: who }).check()
  await page.getByRole('button', { name: 'Approve' }).click()
}

/** The short way, past the choosing page. */
export async function signIn(page: Page, provider: ProviderName, who?: string): Promise<void> {
  await page.goto(`/auth/login/${provider === 'AniList' ? 'anilist' : 'openid'}?return_to=%2Fme`)
  await approve(page, who)
  await page.waitForURL('**/me')
}

/** Status of the callback that `act` leads to. */
export async function statusOfCallback(page: Page, act: () => Promise<unknown>): Promise<number> {
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname.startsWith('/auth/callback/'))
  await act()
  return (await answer).status()
}
