import type { ProxyRoute } from './options.ts'

/**
 * Where a redirect of the target leads the browser: into the prefix where it stays within the target, and on to other
 * sites as it is. `undefined` for the rest of the target's host, which is nobody's outside to know, and for what is no
 * web address.
 *
 * @param path what the target was asked for
 */
export function locationForBrowser(
  value: string,
  { prefix, origin, basePath }: Pick<ProxyRoute, 'prefix' | 'origin' | 'basePath'>,
  path: string,
): string | undefined {
  const url = URL.parse(escaped(value), origin + path)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined
  if (url.hostname !== URL.parse(origin)?.hostname) return url.href
  const isInside = url.origin === origin && `${url.pathname}/`.startsWith(`${basePath}/`)
  return isInside ? prefix + url.pathname.slice(basePath.length) + url.search + url.hash : undefined
}

/** The address as browsers read it: of octets beyond ASCII, each is escaped as it is, whatever characters they make. */
function escaped(value: string): string {
  return value.replace(/[\x80-\xff]/g, (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase()}`)
}
