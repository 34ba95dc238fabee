import { bytesOf, createBrowser } from '../visitor/browser.ts'
import type { Ask } from './ask.ts'
import { expected } from './expected.ts'

/** A route of a framework alone: JSON, or a redirect with a cookie. What everything else is compared with. */
export type Floor = '/open' | '/redirect'

export function bare(url: Floor): Ask {
  return {
    async prepare({ origin }) {
      const kind = expected(await createBrowser(origin).visit({ url }), url === '/open' ? 200 : 303)
      return { requests: [bytesOf({ url }, origin)], kind, cookie: 0 }
    },
  }
}
