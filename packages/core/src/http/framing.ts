import { headerValue, type RequestHeaders } from './request.ts'

/**
 * Whether the body of a request is sent as it is, or in chunks and nothing else. Node takes `gzip, chunked`, undoes the
 * chunks and hands over what is still compressed: sent on without a word about it, it would be another body.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.1
 */
export function isFramedPlainly(headers: RequestHeaders): boolean {
  const coding = headerValue(headers, 'transfer-encoding')
  return coding === undefined || coding.trim().toLowerCase() === 'chunked'
}
