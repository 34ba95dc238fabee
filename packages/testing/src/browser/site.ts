/**
 * Whether two URLs belong to the same site: scheme and registrable domain. The port is no part of it. Without the
 * public suffix list, the last two labels of a name stand for the registrable domain.
 *
 * @see https://html.spec.whatwg.org/multipage/browsers.html#same-site
 */
export function isSameSite(one: URL, other: URL): boolean {
  return one.protocol === other.protocol && siteOf(one.hostname) === siteOf(other.hostname)
}

function siteOf(hostname: string): string {
  return isAddress(hostname) ? hostname : hostname.split('.').slice(-2).join('.')
}

/** Whether a host name is an IP address, in the form the URL parser leaves it in. */
export function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(hostname)
}

/** Whether a host is this computer: localhost, a name under it, 127.0.0.0/8 or ::1. */
export function isLoopback(hostname: string): boolean {
  return /^(?:.+\.)?localhost$|^127(?:\.\d+){3}$|^\[::1\]$/.test(hostname)
}

/**
 * Whether browsers send fetch metadata there: https, and this computer.
 *
 * @see https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
 */
export function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || isLoopback(hostname)
}
