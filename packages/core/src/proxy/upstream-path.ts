import type { ProxyRoute } from './options.ts'

/**
 * The path and query to ask the target for, from the raw request target: byte for byte what the browser sent after
 * the prefix, appended to the target's base path. `undefined` for anything that another parser could read
 * differently: then the request is refused, never repaired.
 *
 * @see https://cwe.mitre.org/data/definitions/22.html
 */
export function upstreamPath(
  target: string,
  route: Pick<ProxyRoute, 'prefix' | 'basePath' | 'encodedSlashes'>,
): string | undefined {
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  const query = mark === -1 ? '' : target.slice(mark)
  // Only the origin form: the host of an absolute target is nobody's to choose here.
  if (!isUnder(path, route.prefix)) return undefined
  const rest = path.slice(route.prefix.length)
  if (!LEGAL_PATH.test(rest) || !LEGAL_QUERY.test(query) || rest.startsWith('//')) return undefined
  if (AMBIGUOUS.test(rest) && !rest.split('/').every((segment) => isPlain(segment, route.encodedSlashes))) {
    return undefined
  }
  const full = route.basePath + rest
  return (full === '' ? '/' : full) + withoutToken(query)
}

/** Whether a raw path is the prefix or lies below it. Byte for byte: no decoding, no case folding. */
export function isUnder(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/')
}

// What browsers put into a path, and whole escapes: no backslash, control, `#` or non-ASCII byte is among them.
const LEGAL_PATH = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/|[\]^]|%[0-9A-Fa-f]{2})*$/
const LEGAL_QUERY = /^[\x21\x22\x24-\x7e]*$/
// Where neither occurs there is nothing to decode, and no dot segment.
const AMBIGUOUS = /%|\/\./

const MAX_DECODINGS = 4

/** A segment that stays one segment, and is no dot segment, however often somebody decodes it. */
function isPlain(segment: string, encodedSlashes: ProxyRoute['encodedSlashes']): boolean {
  let current = segment
  for (let decodings = 0; decodings <= MAX_DECODINGS; decodings += 1) {
    if (isDotSegment(current) || HIDDEN.test(current) || OVERLONG.test(current)) return false
    if (encodedSlashes === 'refuse' && /[/\\]/.test(current)) return false
    const decoded = decodeOnce(current)
    if (decoded === current) return true
    current = decoded
  }
  return false
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const HIDDEN = /[\x00-\x1f\x7f]/

/**
 * ASCII in more octets than it needs is not UTF-8 (RFC 3629 section 3), nor is what begins like five or six of them, but
 * there are decoders that read it.
 */
const OVERLONG = /%(?:c[01]|e0%[89]|f0%8|f[5-9a-f])/i

/**
 * `..;x` is a dot segment to servers that strip path parameters, `..#x` and `..?x` to those that read a decoded path as an
 * address again, and `.. ` where names lose spaces at their end. With slashes kept, each part is looked at.
 */
function isDotSegment(segment: string): boolean {
  return segment.split(/[/\\]/).some((part) => /^\.{1,2}(?:[;?#\s].*)?$/s.test(part))
}

/** One layer of escapes; those of other than ASCII characters stay, for they hide nothing a path is made of. */
function decodeOnce(segment: string): string {
  return segment.replace(/%[0-7][0-9A-Fa-f]/g, (encoded) => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)))
}

/**
 * RFC 6750 section 2.3: a token in the query would be a second credential beside ours. Some servers take `;` for `&`.
 */
function withoutToken(query: string): string {
  if (!/access|%/i.test(query)) return query
  // Parameters and what separates them, alternating.
  const parts = query.slice(1).split(/([&;])/)
  let rest: string | undefined
  let isWhole = true
  for (let index = 0; index < parts.length; index += 2) {
    const parameter = parts[index] ?? ''
    if (nameOf(parameter) === 'access_token') isWhole = false
    else rest = rest === undefined ? parameter : rest + (parts[index - 1] ?? '') + parameter
  }
  if (isWhole) return query
  return rest === undefined ? '' : `?${rest}`
}

function nameOf(parameter: string): string | undefined {
  const [name] = new URLSearchParams(parameter).keys()
  return name?.toLowerCase()
}
