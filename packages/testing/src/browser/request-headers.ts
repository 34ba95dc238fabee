import type { Journey } from './journey.ts'
import { referrer } from './referrer.ts'
import { isSameSite, isTrustworthy } from './site.ts'

const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

const DOCUMENT =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7'

const ACCEPT = {
  navigation: DOCUMENT,
  iframe: DOCUMENT,
  image: 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
  script: '*/*',
  fetch: '*/*',
} as const

const DESTINATION = {
  navigation: 'document',
  iframe: 'iframe',
  image: 'image',
  script: 'script',
  fetch: 'empty',
} as const

/** Headers as Chromium sends them, but for `Accept-Encoding`: nothing here unpacks. */
export function requestHeaders(journey: Journey, cookie: string | undefined): Readonly<Record<string, string>> {
  const { purpose, headers, initiator } = journey
  const isNavigation = purpose === 'navigation' || purpose === 'iframe'
  return lowerCased({
    ...(isNavigation ? { 'upgrade-insecure-requests': '1' } : {}),
    'user-agent': USER_AGENT,
    accept: ACCEPT[purpose],
    'accept-language': 'en-GB,en;q=0.9',
    ...optional('origin', origin(journey)),
    ...(isTrustworthy(journey.url) ? fetchMetadata(journey) : {}),
    ...optional('referer', initiator === undefined ? undefined : referrer(initiator, journey)),
    ...optional('cookie', cookie),
    ...headers,
  })
}

/** @see https://w3c.github.io/webappsec-fetch-metadata/#framework */
function fetchMetadata(journey: Journey): Readonly<Record<string, string>> {
  const { purpose, mode } = journey
  const isNavigation = purpose === 'navigation' || purpose === 'iframe'
  return {
    'sec-fetch-site': fetchSite(journey),
    'sec-fetch-mode': isNavigation ? 'navigate' : mode,
    // Somebody typed, clicked or pressed a button; a frame loads by itself.
    ...(purpose === 'navigation' ? { 'sec-fetch-user': '?1' } : {}),
    'sec-fetch-dest': DESTINATION[purpose],
  }
}

/** One foreign URL among the redirects counts, and `none` is for addresses a person typed. */
function fetchSite({ initiator, urls }: Journey): string {
  if (initiator === undefined) return 'none'
  if (urls.every((url) => url.origin === initiator.origin)) return 'same-origin'
  return urls.every((url) => isSameSite(url, initiator)) ? 'same-site' : 'cross-site'
}

/** @see https://fetch.spec.whatwg.org/#append-a-request-origin-header */
function origin({ purpose, method, mode, initiator, url, tainted, referrerPolicy }: Journey): string | undefined {
  const isCors = purpose === 'fetch' && mode === 'cors'
  const isForeign = initiator?.origin !== url.origin
  const isSent = (isCors && isForeign) || (method !== 'GET' && method !== 'HEAD')
  if (!isSent) return undefined
  if (initiator === undefined || tainted) return 'null'
  if (isCors) return initiator.origin
  // A page that tells nobody where it is does not tell with a form either.
  if (referrerPolicy === 'no-referrer' || (referrerPolicy === 'same-origin' && isForeign)) return 'null'
  return initiator.protocol === 'https:' && url.protocol === 'http:' ? 'null' : initiator.origin
}

function optional(name: string, value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [name]: value }
}

function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
