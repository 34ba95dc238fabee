import { type ErrorCode, GatewayError } from '../error.ts'
import type { ProviderClient, ProviderMetadata, TokenResponse } from '../protocol/protocol.ts'
import type { UserProfile } from '../provider/provider.ts'
import { isSubject } from '../provider/subject.ts'
import type { Authorized, Granted } from './phase.ts'

export interface ExchangeDependencies {
  readonly client: ProviderClient
  readonly metadata: ProviderMetadata
  readonly redirectUri: string
  readonly origin: string
  /** Told when the user is known by the subject alone. */
  readonly onProfilePostponed: (code: ErrorCode) => void
}

/**
 * Spends the code and learns who signed in: the one network step. The code is sent once; whatever happens, it is
 * never sent again.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
 */
export async function exchange(
  { transaction, code }: Authorized,
  dependencies: ExchangeDependencies,
): Promise<Granted> {
  const { client, metadata, redirectUri } = dependencies
  const tokens = await client.exchange(metadata, {
    code,
    redirectUri,
    codeVerifier: transaction.codeVerifier,
    nonce: transaction.nonce,
    maxAge: transaction.maxAge,
    acr: transaction.acr,
  })
  const identity = await identify(tokens, dependencies)
  return { phase: 'granted', transaction, tokens, ...identity }
}

async function identify(
  tokens: TokenResponse,
  { client, origin, onProfilePostponed }: ExchangeDependencies,
): Promise<Pick<Granted, 'user' | 'profileKnown'>> {
  const { provider } = client
  try {
    const { accessToken, claims } = tokens
    const user = await provider.identify({ accessToken, claims, origin, fetch: client.fetch })
    return { user: checkedUser(user, provider.id), profileKnown: true }
  } catch (error) {
    const failure = providersFault(asGatewayError(error, provider.id))
    // The code is spent: where the token itself names the subject, an outage need not cost the sign-in.
    const user = failure.class === 'transient' ? provider.identifyOffline?.(tokens.accessToken) : undefined
    if (user === undefined) throw failure
    onProfilePostponed(failure.code)
    return { user: checkedUser(user, provider.id), profileKnown: false }
  }
}

/** To refuse a token that was issued a moment ago is no fault of the person, who can do nothing about it. */
function providersFault(failure: GatewayError): GatewayError {
  const { code, provider, providerStatus, advice = REFUSES_ITS_OWN_TOKEN } = failure
  if (code !== 'sign_in_required') return failure
  return new GatewayError('provider_response_invalid', { provider, providerStatus, advice })
}

const REFUSES_ITS_OWN_TOKEN =
  'Its profile API refuses the access token it has just issued. Check the address of the API, and whether the scope suffices for it.'

/** Throws `profile_invalid` for a user without a usable subject. */
export function checkedUser(user: UserProfile, provider: string): UserProfile {
  if (isSubject(user?.id)) return user
  throw new GatewayError('profile_invalid', { provider })
}

/** What a provider definition throws that is not ours may quote a response, so nothing of it is kept. */
function asGatewayError(error: unknown, provider: string): GatewayError {
  return error instanceof GatewayError ? error : new GatewayError('profile_invalid', { provider })
}
