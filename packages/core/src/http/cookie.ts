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
  let at = header.indexOf(name)
  if (at === -1) return NO_VALUES
  const values: string[] = []
  while (at !== -1 && values.length < limit) {
    const end = at + name.length
    if (header.charCodeAt(end) === EQUALS && startsPair(header, at)) values.push(valueFrom(header, end + 1))
    at = header.indexOf(name, end)
  }
  return values
}

/** Names in the header that start with `prefix`, each once, at most `limit` of them. */
export function cookieNames(header: string | undefined, prefix: string, limit: number): readonly string[] {
  if (header === undefined) return NO_VALUES
  const names = new Set<string>()
  let at = header.indexOf(prefix)
  while (at !== -1 && names.size < limit) {
    const equals = header.indexOf('=', at)
    if (equals === -1) break
    if (startsPair(header, at)) names.add(header.slice(at, equals))
    at = header.indexOf(prefix, equals)
  }
  return [...names]
}

const NO_VALUES: readonly string[] = Object.freeze([])
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

function valueFrom(header: string, start: number): string {
  const end = header.indexOf(';', start)
  return end === -1 ? header.slice(start).trimEnd() : header.slice(start, end).trimEnd()
}
