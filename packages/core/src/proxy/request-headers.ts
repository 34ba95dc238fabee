import { canonical, connectionNames, HOP_BY_HOP } from './header-name.ts'

/** Whether a header of the browser's may be passed on, by its name as received. */
export type HeaderFilter = (name: string) => boolean

/**
 * A filter that holds back what would speak for the gateway, in any spelling: credentials, claims about the client or
 * the request, and every name in `own`. It remembers names it has judged: browsers send the same ones all the time.
 *
 * @param own canonical names
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.13
 */
export function createHeaderFilter(own: ReadonlySet<string>): HeaderFilter {
  const judged = new Map<string, boolean>()
  return (name) => {
    const known = judged.get(name)
    if (known !== undefined) return known
    const verdict = mayPass(canonical(name), own)
    // A stranger may make up any number of names.
    if (judged.size < MAX_REMEMBERED) judged.set(name, verdict)
    return verdict
  }
}

/**
 * Headers for the target, as a flat list of names and values: the browser's that may pass, and then ours.
 *
 * @param own names and values alternating
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
export function requestHeaders(rawHeaders: readonly string[], mayPass: HeaderFilter, own: readonly string[]): string[] {
  // A length or a type that the browser declares to be for this hop only is not passed on either.
  const hop = connectionNames(rawHeaders)
  const lines: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    const value = rawHeaders[index + 1]
    if (name === undefined || value === undefined || !mayPass(name)) continue
    if (hop.size === 0 || !hop.has(canonical(name))) lines.push(name, value)
  }
  lines.push(...own)
  return lines
}

const MAX_REMEMBERED = 256

function mayPass(name: string, own: ReadonlySet<string>): boolean {
  if (REMOVED.has(name) || HOP_BY_HOP.has(name) || own.has(name)) return false
  return !REMOVED_PREFIXES.some((prefix) => name.startsWith(prefix))
}

const REMOVED: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'cookie2',
  'dpop',
  'expect',
  'forwarded',
  'host',
  'origin',
  'referer',
  'remote-user',
  'true-client-ip',
  'via',
  'x-cluster-client-ip',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-postern',
  'x-real-ip',
  'x-remote-user',
  'x-rewrite-url',
])

const REMOVED_PREFIXES = [
  'cf-connecting-',
  'proxy-',
  'sec-',
  'x-auth-request-',
  'x-client-',
  'x-forwarded',
  'x-original-',
  // Where HTTP/2 keeps its request line.
  '-',
]
