import { type ErrorCode, GatewayError } from '../error.ts'
import { errorName } from '../protocol/error-name.ts'
import type { ProviderMetadata } from '../protocol/protocol.ts'
import { adviceOf } from '../provider/advice.ts'
import type { Provider } from '../provider/provider.ts'
import type { AuthorizationResponse } from './authorization-response.ts'
import type { Authorized, Requested } from './phase.ts'

/**
 * Believes an authorization response, or throws. Its state has already selected the transaction; what is checked
 * here is who answers (`iss`) before what they say (`error`, `code`).
 *
 * Throws `issuer_mismatch`, `code_missing`, or what the provider's `error` means.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 * @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4
 */
export function accept(
  { transaction }: Requested,
  response: AuthorizationResponse,
  metadata: ProviderMetadata,
  provider: Provider,
): Authorized {
  if (!comesFromIssuer(response.iss, metadata) || transaction.issuer !== metadata.issuer) {
    throw new GatewayError('issuer_mismatch', { provider: provider.id })
  }
  if (response.error !== undefined) throw refusal(response.error, provider)
  if (response.code === undefined) throw new GatewayError('code_missing', { provider: provider.id })
  return { phase: 'authorized', transaction, code: response.code }
}

function comesFromIssuer(iss: string | undefined, { issuer, issuerInResponse }: ProviderMetadata): boolean {
  if (issuer === undefined) return true
  return iss === undefined ? !issuerInResponse : iss === issuer
}

// RFC 6749 section 4.1.2.1 and OpenID Connect Core section 3.1.2.6.
const MEANING = new Map<string, ErrorCode>([
  ['access_denied', 'sign_in_denied'],
  ['login_required', 'provider_interaction_required'],
  ['interaction_required', 'provider_interaction_required'],
  ['consent_required', 'provider_interaction_required'],
  ['account_selection_required', 'provider_interaction_required'],
  ['temporarily_unavailable', 'provider_unavailable'],
  ['server_error', 'provider_unavailable'],
])

function refusal(error: string, provider: Provider): GatewayError {
  const oauthError = errorName(error)
  return new GatewayError(MEANING.get(error) ?? 'authorization_refused', {
    provider: provider.id,
    oauthError,
    advice: adviceOf(provider, { step: 'authorization', status: undefined, oauthError }),
  })
}
