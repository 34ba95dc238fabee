const MAX_LENGTH = 2048
// One leading slash, no second one in either spelling, printable ASCII without backslash and space.
const PATH = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/
// Encoded more often than this, a path was not made by an application.
const MAX_DECODINGS = 4

/** What a return target is checked against. */
export interface ReturnToRule {
  readonly origin: string
  readonly basePath: string
  /** Paths of the gateway outside `basePath`. */
  readonly otherPaths?: readonly string[]
  /** Already known to be safe: a path. */
  readonly fallback: string
}

/**
 * The absolute URL to send a browser to: `value` when it is a path of this application, else the fallback.
 * The check is made on the normalised result, because `/.//x` becomes `//x`, and the result is absolute,
 * because a path that begins with two slashes is another host.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.11.1
 */
export function returnUrl(value: string | undefined, rule: ReturnToRule): string {
  return rule.origin + (safePath(value, rule) ?? rule.fallback)
}

/** `value` normalised, when it is a path of this application that a sign-in may return to. */
export function safePath(value: string | undefined, rule: ReturnToRule): string | undefined {
  if (value === undefined || value.length > MAX_LENGTH || !PATH.test(value)) return undefined
  const url = URL.parse(value, rule.origin)
  if (url === null || !staysHere(url, rule)) return undefined
  // Measured again, because encoding what has to be encoded makes it longer.
  const path = url.pathname + url.search + url.hash
  return path.length > MAX_LENGTH ? undefined : path
}

/** Whether the URL is one of this application, and would still be one if something decoded its path again. */
function staysHere(url: URL, rule: ReturnToRule): boolean {
  let current = url
  for (let decodings = 0; decodings < MAX_DECODINGS; decodings += 1) {
    if (!isPathOfApplication(current, rule)) return false
    const decoded = URL.parse(decodeLeniently(current.pathname), rule.origin)
    if (decoded === null) return false
    if (decoded.href === rule.origin + current.pathname) return true
    current = decoded
  }
  return false
}

/** The gateway's own routes are no place to return to: `login` would loop, `logout` would undo the sign-in. */
function isPathOfApplication(url: URL, { origin, basePath, otherPaths = [] }: ReturnToRule): boolean {
  if (url.origin !== origin || url.pathname.startsWith('//')) return false
  const path = url.pathname.toLowerCase().replace(/\/+/g, '/')
  const base = basePath.toLowerCase()
  return path !== base && !path.startsWith(`${base}/`) && !otherPaths.some((other) => other.toLowerCase() === path)
}

function decodeLeniently(pathname: string): string {
  return pathname.replace(/%[0-7][0-9a-f]/gi, (encoded) => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)))
}
