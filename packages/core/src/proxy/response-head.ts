import type { HeaderLine } from '../http/decision.ts'
import { canonical, connectionNames, HOP_BY_HOP } from './header-name.ts'
import type { ProxyRoute } from './options.ts'

export interface ResponseHead {
  readonly status: number
  readonly headers: readonly HeaderLine[]
}

/**
 * The head of a target's response as the browser may see it. Credentials, cookies and rules for its own origin stay
 * behind: on the application's origin they would be the application's.
 *
 * @param rawHeaders names and values alternating
 */
export function responseHead(status: number, rawHeaders: readonly string[], route: ProxyRoute): ResponseHead {
  const hop = connectionNames(rawHeaders)
  const headers: HeaderLine[] = []
  let cacheControl: string | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase()
    const value = rawHeaders[index + 1]
    if (name === undefined || value === undefined) continue
    if (name === 'cache-control') cacheControl = cacheControl === undefined ? value : `${cacheControl}, ${value}`
    else if (name === 'location') headers.push(...locationLine(value, route))
    else if (mayPass(canonical(name), hop)) headers.push([name, value])
  }
  headers.push(['cache-control', privately(cacheControl)], ...HARDENING)
  return { status, headers }
}

/** Trailers of a target's response as the browser may see them. */
export function responseTrailers(rawTrailers: readonly string[]): readonly HeaderLine[] {
  const trailers: HeaderLine[] = []
  for (let index = 0; index < rawTrailers.length; index += 2) {
    const name = rawTrailers[index]?.toLowerCase()
    const value = rawTrailers[index + 1]
    if (name === undefined || value === undefined || !mayPass(canonical(name), NO_NAMES)) continue
    if (!NOT_AFTERWARDS.has(name)) trailers.push([name, value])
  }
  return trailers
}

// RFC 9110 section 6.5.1: what frames, routes or controls a message cannot come after it.
const NOT_AFTERWARDS: ReadonlySet<string> = new Set([
  'cache-control',
  'content-encoding',
  'content-length',
  'content-type',
  'location',
  'vary',
])
const NO_NAMES: ReadonlySet<string> = new Set()

function mayPass(name: string, hop: ReadonlySet<string>): boolean {
  return !REMOVED.has(name) && !HOP_BY_HOP.has(name) && !hop.has(name) && !name.startsWith('access-control-')
}

const REMOVED: ReadonlySet<string> = new Set([
  'alt-svc',
  'clear-site-data',
  'content-security-policy',
  'content-security-policy-report-only',
  'expires',
  'pragma',
  'public-key-pins',
  'refresh',
  'report-to',
  'reporting-endpoints',
  'nel',
  'service-worker-allowed',
  'set-cookie',
  'set-cookie2',
  'sourcemap',
  'strict-transport-security',
  'www-authenticate',
  'x-content-type-options',
])

const HARDENING: readonly HeaderLine[] = [
  ['vary', 'cookie'],
  ['x-content-type-options', 'nosniff'],
  // A page of the target's must not run as a page of the application's.
  ['content-security-policy', "default-src 'none'; sandbox; frame-ancestors 'none'"],
]

/** RFC 9111 section 3.5: shared caches key on `Authorization`, which they no longer see. */
function privately(cacheControl: string | undefined): string {
  const directives = (cacheControl ?? '')
    .split(',')
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '' && !/^(?:public|private|s-maxage|proxy-revalidate)\b/i.test(directive))
  return ['private', ...(directives.length === 0 ? ['no-cache'] : directives)].join(', ')
}

/** Redirects are for the browser: into the prefix where they stay within the target, never to its inner addresses. */
function locationLine(value: string, { prefix, origin, basePath }: ProxyRoute): readonly HeaderLine[] {
  const url = URL.parse(value, `${origin}${basePath}/`)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return []
  if (url.origin !== origin) return [['location', url.href]]
  const isInside = url.pathname === basePath || url.pathname.startsWith(`${basePath}/`)
  return isInside ? [['location', prefix + url.pathname.slice(basePath.length) + url.search + url.hash]] : []
}
