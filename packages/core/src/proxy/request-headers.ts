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
  'client-ip',
  'cookie',
  'cookie2',
  'dpop',
  'expect',
  'fastly-client-ip',
  'forwarded',
  'forwarded-for',
  'front-end-https',
  'host',
  'origin',
  'referer',
  'true-client-ip',
  'via',
  'x-azure-clientip',
  'x-cluster-client-ip',
  'x-forward-for',
  'x-host',
  'x-http-host-override',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-originating-ip',
  'x-postern',
  'x-real-ip',
  'x-rewrite-url',
  'x-scheme',
  'x-url-scheme',
  'x-user',
])

// Names of whole families: what proxies, identity-aware ones among them, say about a client and its user.
const REMOVED_PREFIXES = [
  'cf-access-',
  'cf-connecting-',
  'client-cert',
  'oidc-claim-',
  'proxy-',
  'remote-',
  'sec-',
  'ssl-client-',
  'tailscale-',
  'wl-proxy-',
  'x-amzn-oidc-',
  'x-auth-request-',
  'x-auth-user',
  'x-authenticated-',
  'x-client-',
  'x-consumer-',
  'x-credential-',
  'x-envoy-',
  'x-forwarded',
  'x-goog-authenticated-user-',
  'x-goog-iap-',
  'x-ms-client-principal',
  'x-original-',
  'x-pomerium-',
  'x-remote-',
  'x-ssl-',
  'x-user-',
  'x-vouch-',
  'x-webauth-',
  // Where HTTP/2 keeps its request line.
  '-',
]
