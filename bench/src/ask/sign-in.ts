import { bytesOf, createBrowser } from '../visitor/browser.ts'
import { authorizationUrl, signIn, startSignIn } from '../visitor/site.ts'
import type { Ask } from './ask.ts'
import { expectedSignedIn, kindOfAnswer } from './expected.ts'
import { inLanes } from './lanes.ts'

/** The request that sends a browser to the provider. */
export const login: Ask = {
  async prepare({ origin, site }) {
    const browser = createBrowser(origin)
    const visit = await site.login(browser)
    // Before it is sent: every browser that is measured comes here for the first time.
    const cookies = browser.cookies()
    const answer = await browser.visit(visit)
    authorizationUrl(answer)
    return { requests: [bytesOf(visit, origin, cookies)], kind: kindOfAnswer(answer), cookie: cookies.length }
  },
}

/** The answer of the provider, once for each sign-in, with an access token of so many octets. */
export function callback(octets: number): Ask {
  return {
    async prepare({ origin, site }, count) {
      const first = createBrowser(origin)
      const kind = kindOfAnswer(await signIn(site, first, octets))
      expectedSignedIn(await first.visit({ url: '/guarded' }))
      const started = await inLanes(count, async () => {
        const browser = createBrowser(origin)
        const visit = await startSignIn(site, browser, octets)
        return { request: bytesOf(visit, origin, browser.cookies()), cookie: browser.cookies().length }
      })
      return { requests: started.map(({ request }) => request), kind, cookie: started[0]?.cookie ?? 0 }
    },
  }
}
