const MAX_LENGTH = 2048
// One leading slash, no second one in either spelling, printable ASCII without backslash and space.
const PATH = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/
// A leading separator or control that would come to light if something decoded the path again.
const HIDDEN_SEPARATOR = /^\/%(?:25)*(?:2f|5c|0[09ad])/i

/** What a return target is checked against. */
export interface ReturnToRule {
  readonly origin: string
  readonly basePath: string
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
export function safePath(value: string | undefined, { origin, basePath }: ReturnToRule): string | undefined {
  if (value === undefined || value.length > MAX_LENGTH || !PATH.test(value)) return undefined
  const url = URL.parse(value, origin)
  if (url === null || url.origin !== origin || url.username !== '' || url.password !== '') return undefined
  if (url.pathname.startsWith('//') || HIDDEN_SEPARATOR.test(url.pathname)) return undefined
  if (isWithin(url.pathname, basePath)) return undefined
  return url.pathname + url.search + url.hash
}

/** The gateway's own routes are no place to return to: `login` would loop, `logout` would undo the sign-in. */
function isWithin(pathname: string, basePath: string): boolean {
  const path = decodeLeniently(pathname).toLowerCase().replace(/\/+/g, '/')
  const base = basePath.toLowerCase()
  return path === base || path.startsWith(`${base}/`)
}

function decodeLeniently(pathname: string): string {
  return pathname.replace(/%[0-7][0-9a-f]/gi, (encoded) => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)))
}
