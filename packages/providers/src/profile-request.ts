import {
  type ErrorCode,
  GatewayError,
  type IdentifyContext,
  type ProviderAnswer,
  type ProviderFailure,
} from '@postern/core'
import { isObject, type JsonObject } from './checked-value.ts'

interface ProfileRequest {
  readonly provider: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly advise?: ((failure: ProviderFailure) => string | undefined) | undefined
}

/**
 * Asks a REST API who the access token belongs to.
 *
 * @throws GatewayError `sign_in_required` when the token is refused; `provider_unavailable`, `provider_blocked`,
 * `provider_unreachable` and `provider_timeout` when a later try may succeed; `provider_response_invalid` for other
 * statuses; `profile_invalid` for a 200 that is no JSON object
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export async function requestProfile(context: IdentifyContext, request: ProfileRequest): Promise<JsonObject> {
  const { provider, url, headers, advise } = request
  const answer = await context.fetch(url, {
    headers: { accept: 'application/json', ...headers, authorization: `Bearer ${context.accessToken}` },
  })
  if (answer.status !== 200) throw profileFailure(codeOf(answer), answer, { provider, advise })
  if (!isObject(answer.json)) throw new GatewayError('profile_invalid', { provider })
  return answer.json
}

/** A failure that carries the preset's advice, and the time after which a retry makes sense. */
export function profileFailure(
  code: ErrorCode,
  { status, headers }: ProviderAnswer,
  { provider, advise }: Pick<ProfileRequest, 'provider' | 'advise'>,
): GatewayError {
  return new GatewayError(code, {
    provider,
    providerStatus: status,
    retryAfter: retryAfter(headers),
    advice: advise?.({ step: 'profile', status, oauthError: undefined }),
  })
}

function codeOf(answer: ProviderAnswer): ErrorCode {
  if (answer.status === 401) return 'sign_in_required'
  if (isBlocked(answer)) return 'provider_blocked'
  if (answer.status === 429 || answer.status >= 500 || isRateLimited(answer)) return 'provider_unavailable'
  return 'provider_response_invalid'
}

/** A firewall's page instead of an answer. Cloudflare says so in a header. */
export function isBlocked({ status, headers, json }: ProviderAnswer): boolean {
  return headers.has('cf-mitigated') || (status === 403 && json === undefined)
}

/** GitHub among others answers 403 to those who ask too often, and says so in a header. */
function isRateLimited({ status, headers }: ProviderAnswer): boolean {
  return status === 403 && (headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0')
}

/** `Retry-After` in its form of seconds, within an hour: a provider does not decide more than that here. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after') ?? ''
  return /^\d{1,9}$/.test(value) ? Math.min(Math.max(Number(value), 1), 3600) : undefined
}
