import type { Page } from '@postern/testing'

/** A person at the provider: logs in where they are asked to, agrees where they are asked to, and goes on. */
export async function answerProvider(page: Page, login = 'ada'): Promise<Page> {
  let current = page
  while (isInteraction(current)) current = await current.submit(answerTo(current, login))
  return current
}

/** As far as the redirect that leads back to the application, which is not followed. */
export async function answerUpToCallback(page: Page, login = 'ada'): Promise<Page> {
  let current = page
  while (isInteraction(current) || current.location !== undefined) {
    if (current.location?.includes('/auth/callback/')) return current
    current = await (current.location === undefined
      ? current.submit(answerTo(current, login), { redirects: 'manual' })
      : current.follow({ redirects: 'manual' }))
  }
  throw new Error(`The provider went nowhere: ${current.status} ${current.text.slice(0, 200)}`)
}

/** A person at the provider who wants to go back. */
export async function declineAtProvider(page: Page): Promise<Page> {
  return page.click(`${new URL(page.url).pathname}/abort`)
}

/** A person on an error page of the gateway: presses its one button. */
export async function signInAgain(page: Page): Promise<Page> {
  const address = /href="([^"]*)">Sign in again/.exec(page.text)?.[1]
  if (address === undefined) throw new Error(`Nothing to press: ${page.status} ${page.url}`)
  return page.click(address.replaceAll('&amp;', '&'))
}

function isInteraction({ url, status }: Page): boolean {
  return status === 200 && new URL(url).pathname.startsWith('/interaction/')
}

/** Its login page takes any name and any password; its consent page has one button. */
function answerTo({ text }: Page, login: string): Readonly<Record<string, string>> {
  return text.includes('name="login"') ? { login, password: 'any' } : {}
}
