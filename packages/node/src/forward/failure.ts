import { type ErrorCode, GatewayError } from '@postern/core'

const MEANING = new Map<string, ErrorCode>([
  ['UND_ERR_CONNECT_TIMEOUT', 'upstream_timeout'],
  ['UND_ERR_HEADERS_OVERFLOW', 'upstream_response_invalid'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'upstream_response_invalid'],
  ['ERR_INVALID_CHAR', 'upstream_response_invalid'],
  ['UND_ERR_CLOSED', 'gateway_closed'],
  ['UND_ERR_DESTROYED', 'gateway_closed'],
  ['UND_ERR_INVALID_ARG', 'request_malformed'],
  ['UND_ERR_NOT_SUPPORTED', 'request_malformed'],
])

/** What an error of the HTTP client means. Of its text nothing is kept: it may quote headers. */
export function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  // The one error of the client whose code is only sometimes there.
  if (error instanceof Error && error.name === 'HTTPParserError') return new GatewayError('upstream_response_invalid')
  const said = error instanceof Error && 'code' in error ? String(error.code) : ''
  // Errors of connections and of the client have codes; what has none is a mistake in here.
  if (said === '') return new GatewayError('internal_error')
  const code = MEANING.get(said) ?? 'upstream_unreachable'
  // A certificate that is not trusted, a name that is not known: the operator has to know which.
  return new GatewayError(code, /^[A-Z][A-Z0-9_]{0,63}$/.test(said) ? { advice: `The connection said ${said}.` } : {})
}
