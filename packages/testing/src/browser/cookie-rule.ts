import type { SetCookie } from './set-cookie.ts'
import { isAddress, isLoopback } from './site.ts'

/** What a request is to cookies. */
export interface CookieContext {
  /** Whether the page that asks, and every redirect on the way, belongs to the site that is asked. */
  readonly site: 'same-site' | 'cross-site'
  readonly topLevelNavigation: boolean
  /** GET, HEAD, OPTIONS or TRACE. */
  readonly safeMethod: boolean
}

/** A person typed the address. */
export const TYPED: CookieContext = { site: 'same-site', topLevelNavigation: true, safeMethod: true }

/** Whether plain http to this computer counts as secure. Chromium and Firefox say so, Safari does not. */
export type LoopbackTrust = 'trusted' | 'insecure'

/** Whether cookies may call the connection secure. */
export function isSecureConnection({ protocol, hostname }: URL, loopback: LoopbackTrust): boolean {
  return protocol === 'https:' || (loopback === 'trusted' && isLoopback(hostname))
}

/**
 * Why a browser does not store a cookie that came from `url`, or `undefined` when it does.
 *
 * @see https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#section-5.7
 */
export function whyRefused(
  cookie: SetCookie,
  url: URL,
  context: CookieContext,
  loopback: LoopbackTrust,
): string | undefined {
  const secure = isSecureConnection(url, loopback)
  if (cookie.secure && !secure) return 'it is Secure and the connection is not'
  if (cookie.domain !== undefined && !domainMatches(url.hostname, cookie.domain)) {
    return 'its Domain does not cover the host that set it'
  }
  if (cookie.domain !== undefined && isSingleLabel(cookie.domain) && cookie.domain !== url.hostname) {
    return 'its Domain is a public suffix'
  }
  if (cookie.sameSite === 'none' && !cookie.secure) return 'it is SameSite=None and not Secure'
  if (cookie.sameSite !== 'none' && context.site === 'cross-site' && !context.topLevelNavigation) {
    return 'it is not SameSite=None and came in a cross-site response'
  }
  return brokenPrefix(cookie)
}

/** Prefixes are compared without regard to case, so that `__HOST-` cannot pass for one at a careless server. */
function brokenPrefix({ name, value, secure, httpOnly, domain, path }: SetCookie): string | undefined {
  // A cookie without a name is sent as its bare value, which then could look like a prefixed name.
  const shown = (name === '' ? value : name).toLowerCase()
  if (name === '' && shown.startsWith('__')) return 'it has no name and a value that looks like a prefixed name'
  const isHost = shown.startsWith('__host-') || shown.startsWith('__host-http-')
  if ((isHost || shown.startsWith('__secure-') || shown.startsWith('__http-')) && !secure) {
    return 'its prefix asks for Secure'
  }
  if (isHost && (domain !== undefined || path !== '/')) return 'its prefix asks for Path=/ and no Domain'
  if ((shown.startsWith('__http-') || shown.startsWith('__host-http-')) && !httpOnly) {
    return 'its prefix asks for HttpOnly'
  }
  return undefined
}

/** @see https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#section-5.1.3 */
export function domainMatches(hostname: string, domain: string): boolean {
  return hostname === domain || (hostname.endsWith(`.${domain}`) && !isAddress(hostname))
}

/** @see https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#section-5.1.4 */
export function pathMatches(pathname: string, path: string): boolean {
  if (pathname === path) return true
  return pathname.startsWith(path) && (path.endsWith('/') || pathname[path.length] === '/')
}

/** The directory of the request, for cookies that name no path. */
export function defaultPath(pathname: string): string {
  const lastSlash = pathname.lastIndexOf('/')
  return lastSlash <= 0 ? '/' : pathname.slice(0, lastSlash)
}

/** Whether SameSite lets a cookie go along. */
export function goesAlong(sameSite: SetCookie['sameSite'], context: CookieContext): boolean {
  if (context.site === 'same-site' || sameSite === 'none') return true
  return sameSite === 'lax' && context.topLevelNavigation && context.safeMethod
}

function isSingleLabel(domain: string): boolean {
  return !domain.includes('.') && !domain.startsWith('[')
}
