import type { Cookie, CookieAttributes } from '../http/cookie.ts'
import { anyFromCookies, fromCookies, leftovers, toCookies } from './chunk.ts'

/** The cookie that carries a sealed session, or the handle of a stored one: in one to three parts. */
export interface SessionCookie {
  /** Sealed texts in a header: usually one. */
  read(header: string | undefined): readonly string[]
  /** Every sealed text that a header could hold, were it beside what makes it ambiguous. */
  readAny(header: string | undefined): readonly string[]
  /** Cookies that carry `sealed`, and deletions of parts it no longer needs. `undefined` when it does not fit. */
  write(sealed: string, milliseconds: number, header: string | undefined): readonly Cookie[] | undefined
  /** Deletes every part the header shows. */
  clear(header: string | undefined): readonly Cookie[]
}

export function createSessionCookie(name: string, attributes: CookieAttributes): SessionCookie {
  return {
    read: (header) => fromCookies(header, name),
    readAny: (header) => anyFromCookies(header, name),
    write(sealed, milliseconds, header) {
      const maxAge = Math.max(1, Math.ceil(milliseconds / 1000))
      const cookies = toCookies(name, sealed, { ...attributes, maxAge })
      return cookies === undefined ? undefined : [...cookies, ...leftovers(header, name, attributes, cookies)]
    },
    clear: (header) => leftovers(header, name, attributes, []),
  }
}
