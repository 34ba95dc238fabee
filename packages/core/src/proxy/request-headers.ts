import { createHeaderFilter, type HeaderFilter } from './header-filter.ts'
import { canonical, connectionNames, HOP_BY_HOP } from './header-name.ts'

/**
 * Headers for the target, as a flat list of names and values: the browser's that may pass, and then ours.
 *
 * @param own names and values alternating
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
export function requestHeaders(rawHeaders: readonly string[], mayPass: HeaderFilter, own: readonly string[]): string[] {
  // A length or a type that the browser declares to be for this hop only is not passed on either.
  const hop = connectionNames(rawHeaders)
  const lines: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    const value = rawHeaders[index + 1]
    if (name === undefined || value === undefined || !mayPass(name)) continue
    if (hop.size === 0 || !hop.has(canonical(name))) lines.push(name, value)
  }
  lines.push(...own)
  return lines
}

/**
 * Holds back what would speak for the gateway, in any spelling: credentials, claims about the client or the request,
 * and every name in `own`.
 *
 * @param own canonical names
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.13
 */
export function createRequestFilter(own: ReadonlySet<string>): HeaderFilter {
  return createHeaderFilter(
    (name) =>
      !REMOVED.has(name) &&
      !HOP_BY_HOP.has(name) &&
      !own.has(name) &&
      !REMOVED_PREFIXES.some((prefix) => name.startsWith(prefix)),
  )
}

const REMOVED: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'cookie2',
  'dpop',
  'expect',
  'forwarded',
  'host',
  'origin',
  'referer',
  'remote-user',
  'true-client-ip',
  'via',
  'x-cluster-client-ip',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-postern',
  'x-real-ip',
  'x-remote-user',
  'x-rewrite-url',
])

const REMOVED_PREFIXES = [
  'cf-connecting-',
  'proxy-',
  'sec-',
  'x-auth-request-',
  'x-client-',
  'x-forwarded',
  'x-original-',
  // Where HTTP/2 keeps its request line.
  '-',
]
