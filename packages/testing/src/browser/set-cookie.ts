/** A `Set-Cookie` line, read as a browser reads it. */
export interface SetCookie {
  readonly name: string
  readonly value: string
  /** Lower case, without a leading dot; `undefined` makes a host-only cookie. */
  readonly domain: string | undefined
  /** `undefined` means the default path of the request. */
  readonly path: string | undefined
  /** Seconds from now; wins over `expires`. */
  readonly maxAge: number | undefined
  /** Milliseconds since the epoch. */
  readonly expires: number | undefined
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly sameSite: 'strict' | 'lax' | 'none'
}

export type ParsedSetCookie =
  | { readonly ok: true; readonly cookie: SetCookie }
  | { readonly ok: false; readonly reason: string }

const MAX_PAIR_OCTETS = 4096
const MAX_ATTRIBUTE_OCTETS = 1024
// biome-ignore lint/suspicious/noControlCharactersInRegex: the specification lists them
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/

/**
 * Reads a line, or says why a browser drops it.
 *
 * @see https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#section-5.6
 */
export function parseSetCookie(line: string): ParsedSetCookie {
  if (CONTROL.test(line)) return { ok: false, reason: 'it contains a control character' }
  const [pair = '', ...attributes] = line.split(';')
  const equals = pair.indexOf('=')
  const name = equals === -1 ? '' : pair.slice(0, equals).trim()
  const value = pair.slice(equals + 1).trim()
  if (name === '' && value === '') return { ok: false, reason: 'it has neither a name nor a value' }
  if (octets(name) + octets(value) > MAX_PAIR_OCTETS) {
    return { ok: false, reason: `name and value exceed ${MAX_PAIR_OCTETS} octets` }
  }
  return { ok: true, cookie: { name, value, ...readAttributes(attributes) } }
}

function readAttributes(attributes: readonly string[]): Omit<SetCookie, 'name' | 'value'> {
  const read = new Map<string, string>()
  for (const attribute of attributes) {
    const equals = attribute.indexOf('=')
    const name = (equals === -1 ? attribute : attribute.slice(0, equals)).trim().toLowerCase()
    const value = equals === -1 ? '' : attribute.slice(equals + 1).trim()
    // The last of several wins; one that is too long is as if it were not there.
    if (octets(value) <= MAX_ATTRIBUTE_OCTETS) read.set(name, value)
  }
  const domain = read.get('domain')?.replace(/^\./, '').toLowerCase()
  const path = read.get('path')
  const maxAge = read.get('max-age')
  const expires = Date.parse(read.get('expires') ?? '')
  return {
    domain: domain === '' ? undefined : domain,
    path: path?.startsWith('/') ? path : undefined,
    maxAge: maxAge !== undefined && /^-?\d+$/.test(maxAge) ? Number(maxAge) : undefined,
    expires: Number.isNaN(expires) ? undefined : expires,
    secure: read.has('secure'),
    httpOnly: read.has('httponly'),
    sameSite: readSameSite(read.get('samesite')),
  }
}

function readSameSite(value: string | undefined): SetCookie['sameSite'] {
  const lower = value?.toLowerCase()
  return lower === 'strict' || lower === 'none' ? lower : 'lax'
}

function octets(text: string): number {
  return Buffer.byteLength(text)
}
