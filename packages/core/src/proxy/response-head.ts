import { createHeaderFilter, type HeaderFilter } from './header-filter.ts'
import { canonical, connectionNames, HOP_BY_HOP } from './header-name.ts'
import { locationForBrowser } from './location.ts'
import type { ProxyRoute } from './options.ts'

/**
 * Headers of a target's response as the browser may see them, as a flat list. Credentials, cookies and rules for the
 * target's own origin stay behind: on the application's origin they would be the application's.
 *
 * @param rawHeaders names and values alternating
 * @param path what the target was asked for: relative addresses are relative to it
 * @param carriesSession whether a session cookie goes with it: then it is for nobody else, and for no cache
 */
export function responseHeaders(
  status: number,
  rawHeaders: readonly string[],
  route: Pick<ProxyRoute, 'prefix' | 'origin' | 'basePath' | 'responseFilter'>,
  path: string,
  carriesSession: boolean,
): string[] {
  const hop = connectionNames(rawHeaders)
  const lines: string[] = []
  let cacheControl = ''
  let length: string | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase()
    const value = rawHeaders[index + 1]
    if (name === undefined || value === undefined || !route.responseFilter(name)) continue
    if (hop.size > 0 && hop.has(canonical(name))) continue
    if (name === 'cache-control') cacheControl += `${value},`
    else if (name === 'location' || name === 'content-location') {
      const location = locationForBrowser(value, route, path)
      if (location !== undefined) lines.push(name, location)
    } else if (name === 'content-length') length = value
    else lines.push(name, value)
  }
  // Last, because Node takes what stands in `Content-Disposition` behind a length for UTF-8, and it is octets.
  if (length !== undefined && status !== 204) lines.push('content-length', length)
  lines.push('cache-control', carriesSession ? 'private, no-store' : privately(cacheControl), ...HARDENING)
  return lines
}

/** Trailers of a target's response as the browser may see them, as a flat list. */
export function responseTrailers(rawTrailers: readonly string[], mayPass: HeaderFilter): string[] {
  const lines: string[] = []
  for (let index = 0; index < rawTrailers.length; index += 2) {
    const name = rawTrailers[index]?.toLowerCase()
    const value = rawTrailers[index + 1]
    if (name === undefined || value === undefined || NOT_AFTERWARDS.has(name) || !mayPass(name)) continue
    lines.push(name, value)
  }
  return lines
}

// RFC 9110 section 6.5.1: what frames, routes or controls a message cannot come after it.
const NOT_AFTERWARDS: ReadonlySet<string> = new Set([
  'age',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'location',
  'retry-after',
  'vary',
])

/** Holds back what must not come from a target: cookies, challenges, and rules for its own origin. */
export function createResponseFilter(): HeaderFilter {
  return createHeaderFilter((name) => !REMOVED.has(name) && !HOP_BY_HOP.has(name) && !ORDERS.test(name))
}

const REMOVED: ReadonlySet<string> = new Set([
  'alt-svc',
  'authentication-info',
  'clear-site-data',
  'content-security-policy',
  'content-security-policy-report-only',
  'cross-origin-resource-policy',
  'expires',
  'nel',
  'pragma',
  'public-key-pins',
  'refresh',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  'set-cookie',
  'set-cookie2',
  'set-login',
  'sourcemap',
  'strict-transport-security',
  'surrogate-control',
  'timing-allow-origin',
  'www-authenticate',
  'x-content-type-options',
  'x-sourcemap',
])

/** Rights for other origins, and orders to servers in front of us: nginx would answer with a file, a cache would keep. */
const ORDERS = /^access-control-|^x-accel-|^x-sendfile|^x-lighttpd-send|^x-reproxy-|.-cache-control$|^edge-control$/

const HARDENING = [
  'vary',
  'cookie',
  'x-content-type-options',
  'nosniff',
  'content-security-policy',
  // A page of the target's must not run as a page of the application's.
  "default-src 'none'; sandbox; frame-ancestors 'none'",
] as const

/** RFC 9111 section 3.5: shared caches key on `Authorization`, which they no longer see. */
function privately(cacheControl: string): string {
  if (cacheControl === '') return 'private, no-cache'
  const directives = cacheControl.match(/[^\s,="]+(?:\s*=\s*(?:"[^"]*"|[^\s,"]*))?/g) ?? []
  const kept = directives.filter((directive) => !FOR_SHARED.test(directive))
  return kept.length === 0 ? 'private, no-cache' : `private, ${kept.join(', ')}`
}

const FOR_SHARED = /^(?:public|private|s-maxage|proxy-revalidate)(?![\w-])/i
