import type { CookieAttributes } from './cookie.ts'

/** Names and attributes of all cookies of a gateway. */
export interface CookieNaming {
  readonly session: string
  readonly transactionPrefix: string
  readonly loop: string
  readonly signOut: string
  readonly attributes: CookieAttributes
}

/**
 * `__Host-` names and `Secure` for an https origin: a browser then lets no sibling domain plant them. Plain
 * names on loopback http, where browsers refuse the prefix. `SameSite=Lax`, because `Strict` cookies are not
 * sent on the redirect that ends a sign-in.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.3
 */
export function nameCookies(origin: string, cookiePrefix: string): CookieNaming {
  const secure = origin.startsWith('https:')
  const prefix = secure ? `__Host-${cookiePrefix}` : cookiePrefix
  return Object.freeze({
    session: `${prefix}.session`,
    transactionPrefix: `${prefix}.tx.`,
    loop: `${prefix}.loop`,
    signOut: `${prefix}.sign-out`,
    attributes: Object.freeze({ path: '/', httpOnly: true, secure, sameSite: 'lax', maxAge: 0 }),
  })
}
