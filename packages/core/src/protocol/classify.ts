import { type ErrorCode, GatewayError } from '../error.ts'
import { adviceOf } from '../provider/advice.ts'
import type { ProviderFailure } from '../provider/provider.ts'
import type { Answer } from './answer.ts'
import { errorCodeOf } from './error-code.ts'
import { errorName } from './error-name.ts'
import { isJsonObject } from './json.ts'
import type { Connection } from './transport.ts'

/**
 * What an answer that is not a success means, as the one error it becomes. The decision rests on the status and on
 * the OAuth `error`; descriptions are for people, differ everywhere, and are not kept.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function refusal(answer: Answer, step: ProviderFailure['step'], { provider, now }: Connection): GatewayError {
  const error = oauthErrorOf(answer.json) ?? challengedErrorOf(answer.headers)
  const oauthError = errorName(error)
  return new GatewayError(codeOf(answer, error, step), {
    provider: provider.id,
    oauthError,
    providerStatus: answer.status,
    retryAfter: retryAfterOf(answer, now()),
    advice: adviceOf(provider, { step, status: answer.status, oauthError }),
  })
}

/**
 * What the library threw, as ours. Its own error is dropped, cause and all: it holds response bodies, tokens and
 * the parameters of the request.
 */
export function fromLibrary(error: unknown, { provider }: Connection): GatewayError {
  if (error instanceof GatewayError) return error
  // It wraps what it does not know, and what our transport throws it does not know.
  if (error instanceof Error && error.cause instanceof GatewayError) return error.cause
  const code = errorCodeOf(error)
  // It throws these for what we gave it: a mistake of ours, not of the provider.
  const isOurs = code === undefined || code.startsWith('ERR_INVALID_ARG')
  return new GatewayError(isOurs ? 'internal_error' : 'provider_response_invalid', {
    provider: provider.id,
    cause: code === undefined ? undefined : new Error(code),
    advice: isOurs ? `The protocol library threw a ${error instanceof Error ? error.name : typeof error}.` : undefined,
  })
}

const LEGAL = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,64}$/

/**
 * `error` of a response, when it is made of the characters that RFC 6749 section 5.2 allows and is short: a refusal,
 * whether or not it has a name that is kept.
 */
function oauthErrorOf(json: unknown): string | undefined {
  const error = isJsonObject(json) ? json['error'] : undefined
  return typeof error === 'string' && LEGAL.test(error) ? error : undefined
}

const CHALLENGED_ERROR = /(?:^|[\s,])error\s*=\s*"?([^\s",]+)/i

/** `error` of a challenge, where the body says nothing: some servers put it there alone (RFC 6750 section 3). */
function challengedErrorOf(headers: Headers): string | undefined {
  const [, error] = CHALLENGED_ERROR.exec(headers.get('www-authenticate') ?? '') ?? []
  return oauthErrorOf({ error })
}

// The operator has to act: wrong credentials, or settings the provider does not take. The last five are names
// that servers have made up.
const CLIENT_ERRORS = new Set([
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_redirect_uri',
  'redirect_uri_mismatch',
  'incorrect_client_credentials',
  'deleted_client',
  'disabled_client',
])
const BUSY_ERRORS = new Set([
  'temporarily_unavailable',
  'server_error',
  'slow_down',
  'too_many_requests',
  'rate_limit_exceeded',
])

function codeOf(answer: Answer, oauthError: string | undefined, step: ProviderFailure['step']): ErrorCode {
  const { status, form } = answer
  if (isBlocked(answer)) return 'provider_blocked'
  if (isBusy(answer, oauthError)) return 'provider_unavailable'
  if (!ANSWERS_A_REQUEST.has(status) && !(status >= 400 && isPlain(oauthError))) return 'provider_response_invalid'
  if (oauthError !== undefined) return CLIENT_ERRORS.has(oauthError) ? 'client_refused' : REFUSED[step]
  if (status === 401) return 'client_refused'
  // What guards a server answers 403 in JSON of its own. A server that refuses a grant with 403 names the error.
  if (status === 403 && form === 'json') return 'provider_blocked'
  // Servers exist that refuse a grant with nothing in the body, or with a message and no `error`.
  const isRefusal = form === 'empty' ? status === 400 || status === 403 : status === 400 && form === 'json'
  return isRefusal ? REFUSED[step] : 'provider_response_invalid'
}

// A few servers report errors with 200. Other statuses, like 404, are about the address and not about the request.
const ANSWERS_A_REQUEST = new Set([200, 400, 401, 403, 422])

/** Names that no framework or firewall gives to anything else: they count whatever stands around them. */
function isPlain(oauthError: string | undefined): boolean {
  return oauthError !== undefined && (oauthError === 'invalid_grant' || CLIENT_ERRORS.has(oauthError))
}

function isBlocked({ status, form, headers }: Answer): boolean {
  // Cloudflare says so in a header, whatever it puts into the body.
  if (status >= 400 && headers.has('cf-mitigated')) return true
  return form === 'blocking_page' && (status === 403 || status === 503)
}

function isBusy({ status, headers }: Answer, oauthError: string | undefined): boolean {
  if (status >= 500 || status === 429 || status === 408) return true
  if (oauthError !== undefined && BUSY_ERRORS.has(oauthError)) return true
  // Rate limits are answered with 400 and 403, too.
  const isHeldOff = headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0'
  return (status === 400 || status === 403) && isHeldOff && !isPlain(oauthError)
}

const REFUSED = {
  authorization: 'authorization_refused',
  token: 'code_refused',
  profile: 'provider_response_invalid',
} as const satisfies Record<ProviderFailure['step'], ErrorCode>

const MAX_RETRY_AFTER = 3600

/** `Retry-After` in seconds, at least 1 and at most an hour. */
function retryAfterOf({ headers }: Answer, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (value === undefined) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : secondsUntil(value, now)
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), MAX_RETRY_AFTER)
}

/** `Date.parse` reads much more than the one form HTTP has. */
function secondsUntil(date: string, now: number): number {
  return /^[A-Z][a-z]{2}, \d{2} [A-Z]/.test(date) ? Math.ceil((Date.parse(date) - now) / 1000) : Number.NaN
}
