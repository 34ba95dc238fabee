import { bytesOf, createBrowser, type Visit } from '../visitor/browser.ts'
import { signIn } from '../visitor/site.ts'
import type { Ask } from './ask.ts'
import { expected, expectedSignedIn } from './expected.ts'
import { inLanes } from './lanes.ts'
import type { Tamper } from './tamper.ts'

// As a script of a page sends it. A navigation would be sent to sign in instead of being told 401.
const GUARDED: Visit = { url: '/guarded' }

/** A guarded route, signed in with an access token of so many octets, beside so many other sessions. */
export function signedIn(octets: number, { beside = 0 } = {}): Ask {
  return {
    async prepare({ origin, site }) {
      await inLanes(beside, async () => void (await signIn(site, createBrowser(origin), octets)))
      const browser = createBrowser(origin)
      await signIn(site, browser, octets)
      const visit = async (): Promise<string> => expectedSignedIn(await browser.visit(GUARDED))
      const requests = (): readonly string[] => [bytesOf(GUARDED, origin, browser.cookies())]
      const kind = await visit()
      const renew = async (): Promise<readonly string[]> => {
        await visit()
        return requests()
      }
      return { requests: requests(), renew, kind, cookie: browser.cookies().length }
    },
  }
}

/** A guarded route and nobody who is signed in. */
export const signedOut: Ask = {
  async prepare({ origin }) {
    const kind = expected(await createBrowser(origin).visit(GUARDED), 401)
    return { requests: [bytesOf(GUARDED, origin)], kind, cookie: 0 }
  },
}

/** A guarded route and the cookies of a session that somebody has tampered with. */
export function tampered(tamper: Tamper, octets: number): Ask {
  return {
    async prepare({ origin, site }) {
      const browser = createBrowser(origin)
      await signIn(site, browser, octets)
      expectedSignedIn(await browser.visit(GUARDED))
      const cookies = tamper(browser.cookies(), site.sessionCookies ?? /./)
      const visit: Visit = { ...GUARDED, headers: { cookie: cookies } }
      const kind = expected(await createBrowser(origin).visit(visit), 401)
      return { requests: [bytesOf(visit, origin)], kind, cookie: cookies.length }
    },
  }
}
