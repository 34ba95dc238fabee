import { COOKIE_OCTETS, type Cookie, type CookieAttributes, cookieNames, expired, readCookies } from '../http/cookie.ts'

/** Decision 6: more does not fit into the request headers that servers and proxies accept. */
export const MAX_CHUNKS = 3

// A bound on the work a stranger's header can cause; names beyond it are not ours.
const MAX_NAMES = 16

/**
 * A sealed text as one to three cookies: `name` holds the count and the first part, `name.1` and `name.2` the
 * rest. `undefined` when it does not fit.
 */
export function toCookies(name: string, sealed: string, attributes: CookieAttributes): readonly Cookie[] | undefined {
  const first = COOKIE_OCTETS - name.length - '1.'.length
  const next = COOKIE_OCTETS - chunkName(name, 1).length
  const count = sealed.length <= first ? 1 : 1 + Math.ceil((sealed.length - first) / next)
  if (count > MAX_CHUNKS) return undefined
  return Array.from({ length: count }, (_, index) =>
    index === 0
      ? { name, value: `${count}.${sealed.slice(0, first)}`, attributes }
      : {
          name: chunkName(name, index),
          value: sealed.slice(first + (index - 1) * next, first + index * next),
          attributes,
        },
  )
}

/**
 * Sealed texts in a cookie header, at most three. Usually one; several when a cookie of the same name was
 * planted beside ours, and then it is for the caller to see which one opens. A missing or repeated part makes
 * a text unreadable, and the seal notices parts that do not belong together.
 */
export function fromCookies(header: string | undefined, name: string): readonly string[] {
  return readCookies(header, name).flatMap((value) => {
    const rest = value.slice(2)
    switch (value.slice(0, 2)) {
      case '1.':
        return [rest]
      case '2.':
        return join(rest, [part(header, name, 1)])
      case '3.':
        return join(rest, [part(header, name, 1), part(header, name, 2)])
      default:
        return []
    }
  })
}

/** Deletes every cookie of the session that the header shows, but for those being set. */
export function leftovers(
  header: string | undefined,
  name: string,
  attributes: CookieAttributes,
  kept: readonly Cookie[],
): readonly Cookie[] {
  const keptNames = new Set(kept.map((cookie) => cookie.name))
  return cookieNames(header, name, MAX_NAMES)
    .filter((found) => isOurs(found, name) && !keptNames.has(found))
    .map((found) => expired(found, attributes))
}

function chunkName(name: string, index: number): string {
  return `${name}.${index}`
}

function isOurs(found: string, name: string): boolean {
  return found === name || (found.length === name.length + 2 && /^\.[1-9]$/.test(found.slice(name.length)))
}

function part(header: string | undefined, name: string, index: number): string | undefined {
  const values = readCookies(header, chunkName(name, index))
  return values.length === 1 ? values[0] : undefined
}

function join(first: string, rest: readonly (string | undefined)[]): readonly string[] {
  return rest.includes(undefined) ? [] : [first + rest.join('')]
}
