import {
  COOKIE_OCTETS,
  type Cookie,
  type CookieAttributes,
  cookieNames,
  expired,
  hasCookie,
  onlyCookie,
  readCookies,
} from '../http/cookie.ts'

/** Decision 6: more does not fit into the request headers that servers and proxies accept. */
export const MAX_CHUNKS = 3

const PART_INDEXES = Array.from({ length: MAX_CHUNKS }, (_, index) => index)
// A bound on the work a stranger's header can cause: of names that look like parts, so many are looked at.
const MAX_NAMES = 16
const COUNT_CHARACTERS = 2

/**
 * A sealed text as one to three cookies: `name` holds the count and the first part, `name.1` and `name.2` the
 * rest. `undefined` when it does not fit.
 */
export function toCookies(name: string, sealed: string, attributes: CookieAttributes): readonly Cookie[] | undefined {
  const first = roomIn(name, 0)
  const next = roomIn(name, 1)
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
 * planted beside ours, and then it is for the caller to see which one opens. A part that is missing, repeated, too
 * many or cut elsewhere than we cut makes a text unreadable, and the seal notices parts that do not belong together.
 */
export function fromCookies(header: string | undefined, name: string): readonly string[] {
  const only = onlyCookie(header, name)
  if (only?.startsWith(WHOLE) === true) return [only.slice(WHOLE.length)]
  const texts = readCookies(header, name)
  if (texts.length === 0) return texts
  const furtherParts = cookieNames(header, `${name}.`, MAX_NAMES).length
  return texts.flatMap((value) => {
    const count = COUNTS.indexOf(value.slice(0, COUNT_CHARACTERS))
    if (count === -1 || count !== furtherParts) return []
    const first = value.slice(COUNT_CHARACTERS)
    return count === 0
      ? [first]
      : join(name, [first, ...furtherIndexes(count).map((index) => part(header, name, index))])
  })
}

/**
 * Every text that a cookie header could hold, whatever else stands beside it: for what may be ended, never for what may
 * be believed. The seal tells which of them are ours.
 */
export function anyFromCookies(header: string | undefined, name: string): readonly string[] {
  return readCookies(header, name, MAX_NAMES).flatMap((value) => {
    const count = COUNTS.indexOf(value.slice(0, COUNT_CHARACTERS))
    if (count === -1) return []
    return furtherIndexes(count).reduce<readonly string[]>(
      (texts, index) => {
        const parts = readCookies(header, partName(name, index))
        return texts.flatMap((text) => parts.map((part) => text + part))
      },
      [value.slice(COUNT_CHARACTERS)],
    )
  })
}

// How a cookie says that no, one or two further parts follow.
const WHOLE = '1.'
const COUNTS = [WHOLE, '2.', '3.']

/** A cookie header that shows every part a session may have: for when the browser does not show what it holds. */
export function everyPart(name: string): string {
  return PART_INDEXES.map((index) => `${partName(name, index)}=`).join('; ')
}

/** Deletes every part of the session that the header shows, but for those being set. */
export function leftovers(
  header: string | undefined,
  name: string,
  attributes: CookieAttributes,
  kept: readonly Cookie[],
): readonly Cookie[] {
  const keptNames = new Set(kept.map((cookie) => cookie.name))
  const first = hasCookie(header, name) ? [name] : []
  return [...first, ...cookieNames(header, `${name}.`, MAX_NAMES)]
    .filter((found) => !keptNames.has(found))
    .map((found) => expired(found, attributes))
}

/** Characters of a text that go into one cookie. */
function roomIn(name: string, index: number): number {
  return COOKIE_OCTETS - partName(name, index).length - (index === 0 ? COUNT_CHARACTERS : 0)
}

function partName(name: string, index: number): string {
  return index === 0 ? name : `${name}.${index}`
}

function part(header: string | undefined, name: string, index: number): string | undefined {
  const values = readCookies(header, partName(name, index))
  return values.length === 1 ? values[0] : undefined
}

function furtherIndexes(count: number): readonly number[] {
  return PART_INDEXES.slice(1, count + 1)
}

function join(name: string, parts: readonly (string | undefined)[]): readonly string[] {
  const isWhole = parts.every((text, index) =>
    index === parts.length - 1 ? text !== undefined && text !== '' : text?.length === roomIn(name, index),
  )
  return isWhole ? [parts.join('')] : []
}
