import type { OAuth2Provider } from '../provider/provider.ts'
import type { ProviderMetadata } from './protocol.ts'

/** One authorization server: what the flow may know of it, and the addresses only this folder uses. */
export interface Server extends ProviderMetadata {
  readonly tokenEndpoint: string
  /** Set when authorization requests are to be pushed: the server requires it, or the provider's definition says so. */
  readonly pushedAuthorizationRequestEndpoint: string | undefined
  readonly userinfoEndpoint: string | undefined
  readonly revocationEndpoint: string | undefined
  readonly endSessionEndpoint: string | undefined
  readonly jwksUri: string | undefined
}

/** The server of a provider that is configured and not discovered. */
export function configuredServer(provider: OAuth2Provider): Server {
  const { issuer, authorizationResponseIssParameterSupported = false, endpoints } = provider
  return {
    issuer,
    // Where nothing is said of it, an `iss` that comes is compared all the same.
    issuerInResponse: authorizationResponseIssParameterSupported,
    authorizationEndpoint: endpoints.authorization,
    tokenEndpoint: endpoints.token,
    pushedAuthorizationRequestEndpoint: endpoints.pushedAuthorizationRequest,
    // Who signed in is for `identify` to ask: without OpenID Connect there is no subject to compare an answer with.
    userinfoEndpoint: undefined,
    revocationEndpoint: endpoints.revocation,
    endSessionEndpoint: endpoints.endSession,
    jwksUri: undefined,
  }
}
