import type { Page } from '@postern/testing'

/** A person at the provider: logs in where they are asked to, agrees where they are asked to, and goes on. */
export async function answerProvider(page: Page, login = 'ada'): Promise<Page> {
  let current = page
  while (isInteraction(current)) {
    const asksForLogin = current.text.includes('name="login"')
    current = await current.submit(asksForLogin ? { login, password: 'any' } : {})
  }
  return current
}

/** As far as the redirect that leads back to the application, which is not followed. */
export async function answerUpToCallback(page: Page, login = 'ada'): Promise<Page> {
  let current = page
  while (isInteraction(current) || current.location !== undefined) {
    if (current.location?.includes('/auth/callback/')) return current
    if (current.location !== undefined) current = await current.follow({ redirects: 'manual' })
    else {
      const asksForLogin = current.text.includes('name="login"')
      current = await current.submit(asksForLogin ? { login, password: 'any' } : {}, { redirects: 'manual' })
    }
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
