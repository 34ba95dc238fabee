import { canonical, connectionNames, HOP_BY_HOP } from './header-name.ts'

/** What the gateway says about a request, in place of what the browser said. */
export interface OwnHeaders {
  readonly accessToken: string
  /** Under lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Names that only the gateway may set, canonical. */
  readonly reserved: ReadonlySet<string>
  /** Value of the `Cookie` header to send, if any cookie is passed on. */
  readonly cookie: string | undefined
}

/**
 * Headers for the target, as a flat list of names and values: the browser's, without those that would speak for the
 * gateway in any spelling, and then ours.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.13
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
export function requestHeaders(rawHeaders: readonly string[], own: OwnHeaders): string[] {
  const hop = connectionNames(rawHeaders)
  const lines: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    const value = rawHeaders[index + 1]
    if (name === undefined || value === undefined || !mayPass(canonical(name), hop, own)) continue
    lines.push(name, value)
  }
  for (const [name, value] of Object.entries(own.headers)) lines.push(name, value)
  if (own.cookie !== undefined) lines.push('cookie', own.cookie)
  lines.push('authorization', `Bearer ${own.accessToken}`)
  return lines
}

function mayPass(name: string, hop: ReadonlySet<string>, { headers, reserved }: OwnHeaders): boolean {
  if (REMOVED.has(name) || HOP_BY_HOP.has(name) || reserved.has(name) || name in headers) return false
  // A length or a type that the browser declares to be for this hop only would change what the body is.
  if (hop.has(name)) return false
  return !REMOVED_PREFIXES.some((prefix) => name.startsWith(prefix))
}

// Credentials and contexts of the browser, claims about the client or the request, and what undici sets itself.
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
  'true-client-ip',
  'via',
  'x-cluster-client-ip',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-postern',
  'x-real-ip',
  'x-rewrite-url',
])

const REMOVED_PREFIXES = [
  'proxy-',
  'sec-',
  'x-forwarded-',
  'x-client-',
  'x-original-',
  'x-auth-request-',
  'cf-connecting-',
]

/** A value that is one header line whatever it contains: what is not visible Latin-1 is percent-encoded. */
export function headerSafe(value: string): string {
  return value.replace(/[^\x20-\x7e]/gu, (character) =>
    encodeURIComponent(character.isWellFormed() ? character : '\ufffd'),
  )
}
