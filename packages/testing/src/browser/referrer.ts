import type { Journey } from './journey.ts'

/**
 * What `Referer` says of the page a request comes from.
 *
 * @see https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer
 */
export function referrer(page: URL, { url, referrerPolicy }: Pick<Journey, 'url' | 'referrerPolicy'>) {
  const isSameOrigin = page.origin === url.origin
  const isDowngrade = page.protocol === 'https:' && url.protocol === 'http:'
  const origin = `${page.origin}/`
  switch (referrerPolicy) {
    case 'no-referrer':
      return undefined
    case 'same-origin':
      return isSameOrigin ? full(page) : undefined
    case 'origin':
      return origin
    case 'strict-origin':
      return isDowngrade ? undefined : origin
    case 'origin-when-cross-origin':
      return isSameOrigin ? full(page) : origin
    case 'no-referrer-when-downgrade':
      return isDowngrade ? undefined : full(page)
    case 'unsafe-url':
      return full(page)
    default:
      // strict-origin-when-cross-origin, which is also what a policy nobody knows comes to.
      if (isSameOrigin) return full(page)
      return isDowngrade ? undefined : origin
  }
}

function full(page: URL): string {
  return page.origin + page.pathname + page.search
}
