import { COOKIE_OCTETS, type Cookie, type CookieAttributes, expired, readCookies } from '../http/cookie.ts'

/** Decision 6: more does not fit into the request headers that servers and proxies accept. */
export const MAX_CHUNKS = 3

const PART_INDEXES = Array.from({ length: MAX_CHUNKS }, (_, index) => index)

/**
 * A sealed text as one to three cookies: `name` holds the count and the first part, `name.1` and `name.2` the
 * rest. `undefined` when it does not fit.
 */
export function toCookies(name: string, sealed: string, attributes: CookieAttributes): readonly Cookie[] | undefined {
  const first = COOKIE_OCTETS - name.length - '1.'.length
  const next = COOKIE_OCTETS - partName(name, 1).length
  const count = sealed.length <= first ? 1 : 1 + Math.ceil((sealed.length - first) / next)
  if (count > MAX_CHUNKS) return undefined
  return PART_INDEXES.slice(0, count).map((index) => ({
    name: partName(name, index),
    value:
      index === 0
        ? `${count}.${sealed.slice(0, first)}`
        : sealed.slice(first + (index - 1) * next, first + index * next),
    attributes,
  }))
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

/** Deletes every part of the session that the header shows, but for those being set. */
export function leftovers(
  header: string | undefined,
  name: string,
  attributes: CookieAttributes,
  kept: readonly Cookie[],
): readonly Cookie[] {
  const keptNames = new Set(kept.map((cookie) => cookie.name))
  return PART_INDEXES.map((index) => partName(name, index))
    .filter((found) => !keptNames.has(found) && readCookies(header, found, 1).length > 0)
    .map((found) => expired(found, attributes))
}

function partName(name: string, index: number): string {
  return index === 0 ? name : `${name}.${index}`
}

function part(header: string | undefined, name: string, index: number): string | undefined {
  const values = readCookies(header, partName(name, index))
  return values.length === 1 ? values[0] : undefined
}

function join(first: string, rest: readonly (string | undefined)[]): readonly string[] {
  return rest.includes(undefined) ? [] : [first + rest.join('')]
}
