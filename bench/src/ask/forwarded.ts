import { ANSWER } from '../contestant/contestant.ts'
import { bytesOf, createBrowser, type Visit } from '../visitor/browser.ts'
import { signIn } from '../visitor/site.ts'
import type { Ask } from './ask.ts'
import { expected } from './expected.ts'

const TEXT = `"name":"${ANSWER.name}"`

/** A request that goes on to an API with the user's token, `octets` long. */
export function forwarded(url: string, octets: number): Ask {
  return {
    async prepare({ origin, site }) {
      const browser = createBrowser(origin)
      await signIn(site, browser, octets)
      // A script of our own pages says so. Without it, another site could spend the token.
      const visit: Visit = { url, headers: { 'x-postern': '1' } }
      const kind = expected(await browser.visit(visit), 200, TEXT)
      const cookies = browser.cookies()
      return { requests: [bytesOf(visit, origin, cookies)], kind, cookie: cookies.length }
    },
  }
}

/** A request that a proxy of a framework passes on, whoever sends it. */
export function passedOn(url: string): Ask {
  return {
    async prepare({ origin }) {
      const kind = expected(await createBrowser(origin).visit({ url }), 200, TEXT)
      return { requests: [bytesOf({ url }, origin)], kind, cookie: 0 }
    },
  }
}
