import type { Route } from '@postern/core'

/**
 * Tells whether a path is one of the gateway's own: byte for byte, as the core itself compares. One whose provider is
 * empty counts, because routers count it, and because of what may stand behind it in the query.
 */
export function createPathMatcher(routes: readonly Route[]): (path: string) => boolean {
  const patterns = routes.map(({ path }) => path.split('/').map(segmentPattern).join('/'))
  const own = new RegExp(`^(?:${patterns.join('|')})$`)
  return (path) => own.test(path)
}

/** Tells whether a path is one of the prefixes or below it: byte for byte, as the core itself compares. */
export function createPrefixMatcher(prefixes: readonly string[]): (path: string) => boolean {
  return (path) => prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))
}

/** Path of a request target, in origin form or in absolute form (RFC 9112 section 3.2). */
export function pathOf(target: string): string {
  const start = target.startsWith('/') ? 0 : (/^https?:\/\/[^/?#]*/i.exec(target)?.[0].length ?? 0)
  const end = target.slice(start).search(/[?#]/)
  return end === -1 ? target.slice(start) : target.slice(start, start + end)
}

function segmentPattern(segment: string): string {
  return segment.startsWith(':') ? '[^/]*' : segment.replace(/[^\w-]/g, '\\$&')
}
