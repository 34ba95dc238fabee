/**
 * Whether a request names exactly one host. Node accepts two `Host` lines and shows the first; a proxy in front
 * may have acted on the other.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function hasOneHost(rawHeaders: readonly string[]): boolean {
  let found = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name !== undefined && name.length === 4 && name.toLowerCase() === 'host') found += 1
  }
  return found <= 1
}
