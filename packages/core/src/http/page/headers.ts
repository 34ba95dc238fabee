import type { HeaderLine } from '../decision.ts'
import { STYLE_HASH } from './style.ts'

/** Headers of the gateway's own pages: nothing loads, nothing runs, nothing frames them, nothing keeps them. */
export const PAGE_HEADERS: readonly HeaderLine[] = headersWith(
  `default-src 'none'; style-src '${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
)

/** Headers of pages the application renders itself: they may also use styles and pictures of their own origin. */
export const OVERRIDE_HEADERS: readonly HeaderLine[] = headersWith(
  "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
)

function headersWith(contentSecurityPolicy: string): readonly HeaderLine[] {
  return Object.freeze([
    ['content-type', 'text/html; charset=utf-8'],
    ['content-security-policy', contentSecurityPolicy],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
    ['cache-control', 'no-store'],
    ['x-frame-options', 'DENY'],
  ] as const)
}
