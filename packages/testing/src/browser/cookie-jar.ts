import {
  type CookieContext,
  defaultPath,
  domainMatches,
  isSecureConnection,
  type LoopbackTrust,
  pathMatches,
  TYPED,
  whyRefused,
} from './cookie-rule.ts'
import { parseSetCookie, type SetCookie } from './set-cookie.ts'
import { isSameCookie, isSent, pair, type StoredCookie, storedCookie } from './stored-cookie.ts'

/** A `Set-Cookie` line that was dropped. */
export interface RefusedCookie {
  readonly line: string
  readonly url: string
  readonly reason: string
}

/** The cookies of one browser, shared by its tabs. */
export interface CookieJar {
  /** Everything held and not expired, oldest first. */
  readonly all: readonly StoredCookie[]
  /** Lines that were dropped, and why. A test of a well-behaved server expects none. */
  readonly refused: readonly RefusedCookie[]
  /** The first cookie of this name, whatever site it belongs to. */
  get(name: string): StoredCookie | undefined
  /** The `Cookie` header of a request, `undefined` when there is nothing to send. Default: the address was typed. */
  header(url: string | URL, context?: CookieContext): string | undefined
  /** Stores a cookie as if `url` had set it. */
  store(url: string | URL, line: string, context?: CookieContext): void
  /** Forgets one name, or everything. */
  clear(name?: string): void
  /** What is held now, for `restore`: a thief's copy, or a browser that was closed badly. */
  snapshot(): readonly StoredCookie[]
  restore(snapshot: readonly StoredCookie[]): void
}

const MAX_PER_DOMAIN = 50

/** A cookie jar by RFC 6265bis. `now` is in milliseconds. */
export function createCookieJar(now: () => number, loopback: LoopbackTrust): CookieJar {
  let cookies: readonly StoredCookie[] = []
  const refused: RefusedCookie[] = []
  let order = 0
  const held = (): readonly StoredCookie[] => {
    cookies = cookies.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now())
    return cookies
  }
  const keep = (cookie: StoredCookie): void => {
    const former = held().find((other) => isSameCookie(other, cookie))
    const others = held().filter((other) => other !== former)
    const stored = { ...cookie, order: former?.order ?? cookie.order }
    cookies = evictOldest(
      [...others, stored].sort((one, other) => one.order - other.order),
      cookie.domain,
    )
  }
  return {
    get all() {
      return held()
    },
    refused,
    get: (name) => held().find((cookie) => cookie.name === name),
    header(address, context = TYPED) {
      const url = new URL(address)
      const sent = held().filter((cookie) => isSent(cookie, url, context, loopback))
      const sorted = sent.toSorted((one, other) => other.path.length - one.path.length || one.order - other.order)
      return sorted.length === 0 ? undefined : sorted.map(pair).join('; ')
    },
    store(address, line, context = TYPED) {
      const url = new URL(address)
      const parsed = parseSetCookie(line)
      const reason = parsed.ok
        ? (whyRefused(parsed.cookie, url, context, loopback) ??
          whyShadowed(parsed.cookie, url, held(), isSecureConnection(url, loopback)))
        : parsed.reason
      if (reason !== undefined) refused.push({ line, url: url.href, reason })
      if (!parsed.ok || reason !== undefined) return
      order += 1
      keep(storedCookie(parsed.cookie, url, now(), order))
    },
    clear(name) {
      cookies = name === undefined ? [] : held().filter((cookie) => cookie.name !== name)
    },
    snapshot: () => [...held()],
    restore(snapshot) {
      cookies = [...snapshot]
    },
  }
}

/** Plain http must not put a cookie in front of one that was set over a secure connection. */
function whyShadowed(
  cookie: SetCookie,
  url: URL,
  held: readonly StoredCookie[],
  secureConnection: boolean,
): string | undefined {
  if (secureConnection) return undefined
  const domain = cookie.domain ?? url.hostname
  const path = cookie.path ?? defaultPath(url.pathname)
  const hides = held.some(
    (other) =>
      other.secure &&
      other.name === cookie.name &&
      (domainMatches(domain, other.domain) || domainMatches(other.domain, domain)) &&
      pathMatches(path, other.path),
  )
  return hides ? 'a Secure cookie of this name is there, and the connection is not secure' : undefined
}

/** The specification promises room for 50 cookies a domain, and a server may count on no more. */
function evictOldest(cookies: readonly StoredCookie[], domain: string): readonly StoredCookie[] {
  const ofDomain = cookies.filter((cookie) => cookie.domain === domain)
  const evicted = new Set(ofDomain.slice(0, Math.max(0, ofDomain.length - MAX_PER_DOMAIN)))
  return cookies.filter((cookie) => !evicted.has(cookie))
}
