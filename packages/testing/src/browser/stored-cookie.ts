import {
  type CookieContext,
  defaultPath,
  domainMatches,
  goesAlong,
  isSecureConnection,
  type LoopbackTrust,
  pathMatches,
} from './cookie-rule.ts'
import type { SetCookie } from './set-cookie.ts'

/** A cookie the browser holds. */
export interface StoredCookie {
  readonly name: string
  readonly value: string
  readonly domain: string
  /** Sent to this very host only, not to names under it. */
  readonly hostOnly: boolean
  readonly path: string
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly sameSite: SetCookie['sameSite']
  /** Milliseconds since the epoch; `undefined` ends with the browser. */
  readonly expiresAt: number | undefined
  /** Counts up: older cookies are sent first. */
  readonly order: number
}

const MAX_LIFETIME = 400 * 86_400_000

/** What becomes of a cookie that `url` has set at `time`, in milliseconds. */
export function storedCookie(cookie: SetCookie, url: URL, time: number, order: number): StoredCookie {
  const { name, value, secure, httpOnly, sameSite, maxAge, expires } = cookie
  const asked = maxAge === undefined ? expires : maxAge <= 0 ? 0 : time + maxAge * 1000
  return {
    name,
    value,
    domain: cookie.domain ?? url.hostname,
    hostOnly: cookie.domain === undefined,
    path: cookie.path ?? defaultPath(url.pathname),
    secure,
    httpOnly,
    sameSite,
    expiresAt: asked === undefined ? undefined : Math.min(asked, time + MAX_LIFETIME),
    order,
  }
}

/** Whether a request to `url` carries the cookie. */
export function isSent(cookie: StoredCookie, url: URL, context: CookieContext, loopback: LoopbackTrust): boolean {
  const isHost = cookie.hostOnly ? url.hostname === cookie.domain : domainMatches(url.hostname, cookie.domain)
  return (
    isHost &&
    pathMatches(url.pathname, cookie.path) &&
    (!cookie.secure || isSecureConnection(url, loopback)) &&
    goesAlong(cookie.sameSite, context)
  )
}

/** Whether one takes the place of the other. */
export function isSameCookie(one: StoredCookie, other: StoredCookie): boolean {
  return (
    one.name === other.name && one.domain === other.domain && one.hostOnly === other.hostOnly && one.path === other.path
  )
}

/** A cookie as the `Cookie` header has it. */
export function pair({ name, value }: StoredCookie): string {
  return name === '' ? value : `${name}=${value}`
}
