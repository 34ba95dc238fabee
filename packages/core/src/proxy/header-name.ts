/**
 * A header name as the laxest server would read it: lower case, and `-` for everything that is no letter and no
 * digit, because CGI and its heirs cannot tell `_` from `-`. What must not come from a browser is compared in this
 * form.
 */
export function canonical(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '-')
}

/** Names listed in `Connection` headers: they are for the next hop only (RFC 9110 section 7.6.1). */
export function connectionNames(rawHeaders: readonly string[]): ReadonlySet<string> {
  let names: Set<string> | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length !== CONNECTION.length || name.toLowerCase() !== CONNECTION) continue
    const value = rawHeaders[index + 1] ?? ''
    // What nearly every message says, and no header that is not for one hop anyway.
    if (/^(?:keep-alive|close)$/i.test(value)) continue
    names ??= new Set()
    for (const listed of value.split(',')) names.add(canonical(listed.trim()))
  }
  return names ?? NO_NAMES
}

/** Headers that end at this hop, both ways. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const CONNECTION = 'connection'
const NO_NAMES: ReadonlySet<string> = new Set()
