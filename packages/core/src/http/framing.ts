import type { RequestHeaders } from './request.ts'

/**
 * Whether the body of a message is sent as it is, or in chunks and nothing else. Node and undici take `gzip, chunked`, undo
 * the chunks and hand over what is still compressed: sent on without a word about it, it would be another body.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.1
 */
export function isFramedPlainly(headers: RequestHeaders): boolean {
  const coding = headers['transfer-encoding']
  // A list, as undici gives for repeated lines, is several codings.
  return coding === undefined || String(coding).trim().toLowerCase() === 'chunked'
}

/**
 * Whether a request says once, or not at all, what its body is. Of two media types, the gateway would look at one and the
 * target at the other.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.3
 */
export function hasOneMediaType(rawHeaders: readonly string[]): boolean {
  let found = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== 'content-type') continue
    found += 1
    if (!ONE_MEDIA_TYPE.test(rawHeaders[index + 1] ?? '')) return false
  }
  return found <= 1
}

// Without a comma, but for those in quoted parameters.
const ONE_MEDIA_TYPE = /^(?:[^,"]|"(?:[^"\\]|\\.)*")*$/
