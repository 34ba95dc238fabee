import { type ErrorCode, GatewayError } from '@postern/core'

const MEANING = new Map<string, ErrorCode>([
  ['UND_ERR_CONNECT_TIMEOUT', 'upstream_timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'upstream_timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'upstream_timeout'],
  ['UND_ERR_HEADERS_OVERFLOW', 'upstream_response_invalid'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'upstream_response_invalid'],
  ['UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'request_malformed'],
  ['UND_ERR_INVALID_ARG', 'request_malformed'],
  ['UND_ERR_NOT_SUPPORTED', 'request_malformed'],
])

/** What an error of the HTTP client means. Nothing of it is kept: it may quote headers. */
export function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('HPE_')) return new GatewayError('upstream_response_invalid')
  return new GatewayError(MEANING.get(code) ?? 'upstream_unreachable')
}
