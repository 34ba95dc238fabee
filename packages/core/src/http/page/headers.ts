import type { HeaderLine } from '../decision.ts'
import type { PageModel } from './model.ts'
import { STYLE_HASH } from './style.ts'

/** Headers of the gateway's own pages: nothing loads, nothing runs, nothing frames them, nothing keeps them. */
export function pageHeaders(page: PageModel['page']): readonly HeaderLine[] {
  return page === 'confirm-sign-out' ? OWN.leading : OWN.staying
}

/** Headers of pages the application renders itself: they may also use styles and pictures of their own origin. */
export function overrideHeaders(page: PageModel['page']): readonly HeaderLine[] {
  return page === 'confirm-sign-out' ? OVERRIDDEN.leading : OVERRIDDEN.staying
}

const OWN = headersWith(`default-src 'none'; style-src '${STYLE_HASH}'`)
const OVERRIDDEN = headersWith("default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:")

/**
 * `staying`: forms go to this origin. `leading`: signing out leads on to the provider, and Chromium applies
 * `form-action` to every redirect after a form: it would stop right behind the gateway, signed out here and nowhere
 * else. Only the page with the sign-out form goes without it.
 */
function headersWith(sources: string): Readonly<Record<'staying' | 'leading', readonly HeaderLine[]>> {
  const confined = "base-uri 'none'; frame-ancestors 'none'"
  return {
    staying: linesWith(`${sources}; form-action 'self'; ${confined}`),
    leading: linesWith(`${sources}; ${confined}`),
  }
}

function linesWith(contentSecurityPolicy: string): readonly HeaderLine[] {
  return Object.freeze([
    ['content-type', 'text/html; charset=utf-8'],
    ['content-security-policy', contentSecurityPolicy],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
    ['cache-control', 'no-store'],
    ['x-frame-options', 'DENY'],
  ] as const)
}
