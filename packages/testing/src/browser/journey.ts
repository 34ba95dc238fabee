import type { CookieContext } from './cookie-rule.ts'
import { isSameSite } from './site.ts'

/** What a request is for. It decides which cookies and which headers go along. */
export type Purpose = 'navigation' | 'iframe' | 'image' | 'script' | 'fetch'

/** A request on its way, redirects and all. Each redirect makes a new one. */
export interface Journey {
  readonly purpose: Purpose
  readonly method: string
  readonly url: URL
  /** Headers the test asked for: they win over the browser's own. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** The page it starts from; `undefined` when a person typed the address. */
  readonly initiator: URL | undefined
  readonly referrerPolicy: string
  readonly mode: 'cors' | 'no-cors' | 'same-origin'
  readonly credentials: 'same-origin' | 'include' | 'omit'
  /** Every URL so far, this one last. */
  readonly urls: readonly URL[]
  /** Another origin has had a hand in it: `Origin` says `null` from then on. */
  readonly tainted: boolean
}

export const DEFAULT_REFERRER_POLICY = 'strict-origin-when-cross-origin'

/**
 * The journey after a redirect to `location`.
 *
 * @see https://fetch.spec.whatwg.org/#http-redirect-fetch
 */
export function redirected(journey: Journey, status: number, location: URL, referrerPolicy: string | null): Journey {
  const { url, method, body, headers, initiator } = journey
  const next = withFragmentOf(location, url)
  const becomesGet = ((status === 301 || status === 302) && method === 'POST') || (status === 303 && method !== 'HEAD')
  const isForeign = initiator !== undefined && initiator.origin !== url.origin
  return {
    ...journey,
    url: next,
    urls: [...journey.urls, next],
    method: becomesGet ? 'GET' : method,
    body: becomesGet ? undefined : body,
    headers: becomesGet ? without(headers, 'content-type') : headers,
    tainted: journey.tainted || (isForeign && url.origin !== location.origin),
    referrerPolicy: referrerPolicy ?? journey.referrerPolicy,
  }
}

/**
 * What the journey is to cookies. One foreign URL on the way makes it cross-site for good, as the specification
 * says and Firefox does.
 *
 * @see https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#section-5.2
 */
export function cookieContext({ purpose, method, url, urls, initiator }: Journey): CookieContext {
  const travelled = initiator === undefined ? urls : [initiator, ...urls]
  return {
    site: travelled.every((other) => isSameSite(other, url)) ? 'same-site' : 'cross-site',
    topLevelNavigation: purpose === 'navigation',
    safeMethod: ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method),
  }
}

/** Whether cookies take part at all. A script's request to another origin leaves them out unless it insists. */
export function usesCookies({ purpose, credentials, initiator, url, tainted }: Journey): boolean {
  if (purpose !== 'fetch' || credentials === 'include') return true
  return credentials === 'same-origin' && initiator?.origin === url.origin && !tainted
}

function withFragmentOf(location: URL, former: URL): URL {
  const url = new URL(location)
  if (url.hash === '') url.hash = former.hash
  return url
}

function without(headers: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([other]) => other.toLowerCase() !== name))
}
