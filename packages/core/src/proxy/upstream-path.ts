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
  if (!isUnder(path, route.prefix)) return undefined
  const rest = path.slice(route.prefix.length)
  if (!LEGAL_PATH.test(rest) || rest.startsWith('//')) return undefined
  if (!rest.split('/').every((segment) => isPlain(segment, route.encodedSlashes))) return undefined
  const query = mark === -1 ? '' : target.slice(mark)
  if (!LEGAL_QUERY.test(query)) return undefined
  const full = route.basePath + rest + withoutToken(query)
  return full.startsWith('/') ? full : `/${full}`
}

/** Whether a raw path is the prefix or lies below it. Byte for byte: no decoding, no case folding. */
export function isUnder(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/')
}

// RFC 3986 path characters and whole escapes; a raw backslash, control, `#` or non-ASCII byte is not among them.
const LEGAL_PATH = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/
const LEGAL_QUERY = /^[\x21\x22\x24-\x7e]*$/

const MAX_DECODINGS = 4

/** A segment that stays one segment, and is no dot segment, however often somebody decodes it. */
function isPlain(segment: string, encodedSlashes: ProxyRoute['encodedSlashes']): boolean {
  let current = segment
  for (let decodings = 0; decodings <= MAX_DECODINGS; decodings += 1) {
    if (isDotSegment(current) || HIDDEN.test(current)) return false
    if (decodings > 0 && encodedSlashes === 'refuse' && /[/\\]/.test(current)) return false
    const decoded = decodeOnce(current)
    if (decoded === current) return true
    current = decoded
  }
  return false
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const HIDDEN = /[\x00-\x1f\x7f]/

/** `..;x` is a dot segment to servers that strip path parameters. With slashes kept, each part is looked at. */
function isDotSegment(segment: string): boolean {
  return segment.split(/[/\\]/).some((part) => /^\.{1,2}(?:;.*)?$/.test(part))
}

/** One layer of escapes; those of other than ASCII characters stay, for they hide nothing a path is made of. */
function decodeOnce(segment: string): string {
  return segment.replace(/%[0-7][0-9A-Fa-f]/g, (encoded) => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)))
}

/** RFC 6750 section 2.3: a token in the query would be a second credential beside ours. */
function withoutToken(query: string): string {
  if (!/access|%/i.test(query)) return query
  const parameters = query.slice(1).split('&')
  const kept = parameters.filter((parameter) => nameOf(parameter) !== 'access_token')
  return kept.length === parameters.length ? query : kept.length === 0 ? '' : `?${kept.join('&')}`
}

function nameOf(parameter: string): string | undefined {
  const [name] = new URLSearchParams(parameter).keys()
  return name?.toLowerCase()
}
