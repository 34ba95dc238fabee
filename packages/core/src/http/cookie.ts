/** A cookie to set, as a value. `value` is already safe for the wire: adapters must not encode it again. */
export interface Cookie {
  readonly name: string
  readonly value: string
  readonly attributes: CookieAttributes
}

export interface CookieAttributes {
  readonly path: '/'
  readonly httpOnly: true
  readonly secure: boolean
  readonly sameSite: 'lax' | 'none'
  /** Seconds. 0 deletes the cookie. */
  readonly maxAge: number
}

/** RFC 6265bis section 5.6: a browser drops a cookie whose name and value exceed this many octets. */
export const COOKIE_OCTETS = 4096

const SAME_SITE = { lax: 'Lax', none: 'None' } as const

/**
 * The one serialiser of `Set-Cookie` lines: adapters that write lines themselves use it, and the adapter
 * contract holds the others to the same bytes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6265#section-4.1
 */
export function serializeCookie({ name, value, attributes }: Cookie): string {
  const secure = attributes.secure ? '; Secure' : ''
  return `${name}=${value}; Max-Age=${attributes.maxAge}; Path=${attributes.path}; HttpOnly${secure}; SameSite=${SAME_SITE[attributes.sameSite]}`
}

/** The line that makes the browser forget `cookie`: same name, path and flags, or it would not match. */
export function expired(name: string, attributes: CookieAttributes): Cookie {
  return { name, value: '', attributes: { ...attributes, maxAge: 0 } }
}

/**
 * Values of every cookie called `name`, in header order, at most `limit` of them. One scan of the header,
 * no decoding: our values need none, and `decodeURIComponent` throws on what a stranger may send.
 */
export function readCookies(header: string | undefined, name: string, limit = 3): readonly string[] {
  if (header === undefined) return NO_VALUES
  let start = nextValue(header, name, 0)
  if (start === -1) return NO_VALUES
  const values: string[] = []
  while (start !== -1 && values.length < limit) {
    const value = valueFrom(header, start)
    if (value !== undefined) values.push(value)
    start = nextValue(header, name, start)
  }
  return values
}

/**
 * The value of the cookie called `name` in a header where that name stands once and nowhere else, not even as a part of
 * something: then there is nothing to choose from, which is quick to see. `undefined` for any other header.
 */
export function onlyCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  const at = header.indexOf(name)
  const end = at + name.length
  const isOnly = at !== -1 && header.charCodeAt(end) === EQUALS && header.indexOf(name, end) === -1
  return isOnly && startsPair(header, at) ? valueFrom(header, end + 1) : undefined
}

/** Whether there is a cookie called `name`, were it one whose value nobody looks at. */
export function hasCookie(header: string | undefined, name: string): boolean {
  return header !== undefined && nextValue(header, name, 0) !== -1
}

/** Where the value of the next cookie called `name` begins, looking from `from` on. -1 when there is none. */
function nextValue(header: string, name: string, from: number): number {
  let at = header.indexOf(name, from)
  while (at !== -1) {
    const end = at + name.length
    if (header.charCodeAt(end) === EQUALS && startsPair(header, at)) return end + 1
    at = header.indexOf(name, end)
  }
  return -1
}

/**
 * Names in the header that start with `prefix`, each once, at most `limit` of them. Only such names as a
 * `Set-Cookie` line can carry: they come from a stranger, and go into one.
 */
export function cookieNames(header: string | undefined, prefix: string, limit: number): readonly string[] {
  if (header === undefined) return NO_VALUES
  let at = header.indexOf(prefix)
  if (at === -1) return NO_VALUES
  const names = new Set<string>()
  while (at !== -1 && names.size < limit) {
    const end = endOfName(header, at + prefix.length)
    if (header.charCodeAt(end) === EQUALS && end - at <= MAX_NAME && startsPair(header, at)) {
      const name = header.slice(at, end)
      if (LEGAL_NAME.test(name)) names.add(name)
    }
    at = header.indexOf(prefix, end)
  }
  return [...names]
}

const NO_VALUES: readonly string[] = Object.freeze([])
const MAX_NAME = 128
const LEGAL_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const EQUALS = 0x3d
const SEMICOLON = 0x3b
const SPACE = 0x20
const TAB = 0x09

function startsPair(header: string, at: number): boolean {
  let before = at - 1
  while (before >= 0 && isBlank(header.charCodeAt(before))) before -= 1
  return before < 0 || header.charCodeAt(before) === SEMICOLON
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

function endOfName(header: string, start: number): number {
  let end = start
  while (end < header.length && header.charCodeAt(end) !== EQUALS && header.charCodeAt(end) !== SEMICOLON) end += 1
  return end
}

/** `undefined` for a value that no browser would have kept: it is not ours, and nothing should work on it. */
function valueFrom(header: string, start: number): string | undefined {
  const semicolon = header.indexOf(';', start)
  const value = header.slice(start, semicolon === -1 ? header.length : semicolon).trimEnd()
  return value.length > COOKIE_OCTETS ? undefined : value
}
