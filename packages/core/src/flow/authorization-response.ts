import { GatewayError } from '../error.ts'

/** Parameters of an authorization response, as sent: present, single, bounded, and not yet believed. */
export interface AuthorizationResponse {
  readonly state: string | undefined
  readonly code: string | undefined
  /** An empty `error` is an error answer. */
  readonly error: string | undefined
  readonly iss: string | undefined
}

const SINGLE = ['code', 'state', 'iss', 'error', 'response'] as const
const MAX_QUERY = 8 * 1024
const MAX_PARAMETERS = 50
const MAX_VALUE = 6 * 1024
// VSCHAR and SP of RFC 6749 appendix A; what is outside them no authorization server sends.
const LEGAL = /^[\x20-\x7e]*$/

/** Reads a raw query. The framework's own parsing is not used: it merges or nests repeated parameters. */
export function readQuery(query: string): AuthorizationResponse {
  if (query.length > MAX_QUERY) throw new GatewayError('callback_malformed')
  return readParameters(new URLSearchParams(query))
}

/**
 * Reads decoded parameters. Throws `callback_malformed` when one that counts is repeated, disguised or contains
 * control characters, when any is too long, or when there are too many.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1
 */
export function readParameters(parameters: URLSearchParams): AuthorizationResponse {
  const repeated = SINGLE.some((name) => parameters.getAll(name).length > 1)
  if (repeated || parameters.size > MAX_PARAMETERS) throw new GatewayError('callback_malformed')
  for (const [name, value] of parameters) {
    if (isDisguised(name) || name.length > MAX_VALUE || value.length > MAX_VALUE) {
      throw new GatewayError('callback_malformed')
    }
  }
  if (SINGLE.some((name) => !LEGAL.test(parameters.get(name) ?? ''))) throw new GatewayError('callback_malformed')
  return {
    state: nonEmpty(parameters.get('state')),
    code: nonEmpty(parameters.get('code')),
    error: parameters.get('error') ?? undefined,
    // RFC 9207 section 2.4: an empty iss says nothing, so it counts as missing.
    iss: nonEmpty(parameters.get('iss')),
  }
}

/** `code[]`, `code[0]` and `code` with a NUL: what other parsers, in front of us or in a log, take for `code`. */
function isDisguised(name: string): boolean {
  return SINGLE.some((single) => name.startsWith(`${single}[`) || name.startsWith(`${single}\0`))
}

function nonEmpty(value: string | null): string | undefined {
  return value === null || value === '' ? undefined : value
}
