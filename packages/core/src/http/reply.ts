import type { Cookie } from './cookie.ts'
import type { HeaderLine, Reply } from './decision.ts'

/**
 * Headers of everything the gateway answers itself: nothing is stored, sniffed, framed or told to others.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.2.4
 */
export const PRIVATE_HEADERS: readonly HeaderLine[] = [
  ['cache-control', 'no-store'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
]

/** Nobody frames what the gateway answers, and it loads nothing. */
export const NOTHING_LOADS: HeaderLine = ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"]

/** Headers of problem details (RFC 9457): a media type of its own, which has no charset. */
export const PROBLEM_HEADERS: readonly HeaderLine[] = dataHeaders('application/problem+json')
const JSON_HEADERS = dataHeaders('application/json; charset=utf-8')

/** 303: the browser follows with GET, whatever the method was, so no form is ever sent on. */
export function redirect(location: string, cookies: readonly Cookie[] = []): Reply {
  return { type: 'reply', status: 303, headers: [...PRIVATE_HEADERS, NOTHING_LOADS, ['location', location]], cookies }
}

export function json(status: number, body: unknown): Reply {
  return { type: 'reply', status, headers: JSON_HEADERS, cookies: [], body: JSON.stringify(body) }
}

function dataHeaders(mediaType: string): readonly HeaderLine[] {
  return [
    ...PRIVATE_HEADERS,
    NOTHING_LOADS,
    ['content-type', mediaType],
    ['vary', 'cookie'],
    ['cross-origin-resource-policy', 'same-origin'],
  ]
}
