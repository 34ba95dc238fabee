import { isLoopback } from '../http/loopback.ts'
import { insecureLoopback } from './danger.ts'

interface Loopback {
  readonly loopback?: typeof insecureLoopback | undefined
}

/**
 * Why the gateway must not send a browser, a code or a secret to this address.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1
 */
export function addressProblems(name: string, value: unknown, { loopback }: Loopback): readonly string[] {
  const url = parsed(value)
  if (url === null) return [`${name} must be an absolute URL, like https://app.example/path.`]
  return [
    ...(url.username === '' && url.password === '' ? [] : [`${name} must not hold a user name or a password.`]),
    ...(hasFragment(url) ? [`${name} must not have a fragment.`] : []),
    ...schemeProblems(name, url, loopback),
  ]
}

/**
 * Discovery appends its well-known path to the issuer, and compares what comes back byte for byte.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#IssuerDiscovery
 */
export function issuerProblems(
  facts: Loopback & { readonly issuer?: unknown; readonly protocol: string },
): readonly string[] {
  const { issuer } = facts
  if (issuer === undefined && facts.protocol === 'oauth2') return []
  const url = parsed(issuer)
  if (url === null) return ['issuer must be an absolute URL, like https://login.example.']
  return [
    ...addressProblems('issuer', issuer, facts),
    ...(url.href.includes('?') ? ['issuer must not have a query.'] : []),
    ...(url.pathname.includes('/.well-known') ? ['issuer must end before /.well-known/: that part is added.'] : []),
  ]
}

/** The redirect URI leads back to this application, which may be on loopback although the provider is not. */
export function redirectUriProblems(name: string, redirectUri: unknown): readonly string[] {
  if (redirectUri === undefined) return []
  return addressProblems(name, redirectUri, { loopback: insecureLoopback })
}

export function originProblems(name: string, origins: unknown, loopback: Loopback['loopback']): readonly string[] {
  if (origins === undefined) return []
  if (!Array.isArray(origins)) return [`${name} must be a list of origins.`]
  return origins.flatMap((origin: unknown, index) => {
    const url = parsed(origin)
    if (url === null || url.origin !== origin) return [`${name}[${index}] must be an origin, like https://api.example.`]
    return schemeProblems(`${name}[${index}]`, url, loopback)
  })
}

function parsed(value: unknown): URL | null {
  return typeof value === 'string' && /^https?:\/\//i.test(value) ? URL.parse(value) : null
}

/** `url.hash` is empty for a bare `#`, which is a fragment all the same. */
function hasFragment(url: URL): boolean {
  return url.href.includes('#')
}

function schemeProblems(name: string, url: URL, loopback: Loopback['loopback']): readonly string[] {
  if (url.protocol === 'https:') return []
  if (!isLoopback(url.hostname)) return [`${name} must be https.`]
  return loopback === insecureLoopback
    ? []
    : [`${name} must be https, or http on loopback with loopback: insecureLoopback.`]
}
