/**
 * A header name as the laxest server would read it: lower case, and `_` for `-`, because CGI and its heirs cannot
 * tell them apart. What must not come from a browser is compared in this form.
 */
export function canonical(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}

/** Names listed in `Connection` headers: they are for the next hop only (RFC 9110 section 7.6.1). */
export function connectionNames(rawHeaders: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== 'connection') continue
    for (const name of rawHeaders[index + 1]?.split(',') ?? []) names.add(canonical(name.trim()))
  }
  return names
}

/** Headers that end at this hop, both ways. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
