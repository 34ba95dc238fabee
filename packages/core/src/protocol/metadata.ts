import type { OidcProvider } from '../provider/provider.ts'
import type { JsonObject } from './json.ts'
import { unavailable } from './published-document.ts'
import type { Server } from './server.ts'
import { isPermitted } from './transport.ts'

/**
 * Reads an OpenID Provider's metadata, which must say of itself what is configured. Endpoints of the provider's
 * definition win over it. Metadata that cannot be used makes the provider unavailable until somebody mends it, so
 * this throws `provider_unavailable`, with advice.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
 */
export function readMetadata(metadata: JsonObject, provider: OidcProvider): Server {
  checkIssuer(metadata['issuer'], provider)
  const { endpoints = {} } = provider
  const address = (name: string, configured?: string) => configured ?? endpoint(metadata, name, provider)
  const push = address('pushed_authorization_request_endpoint', endpoints.pushedAuthorizationRequest)
  const mustPush = metadata['require_pushed_authorization_requests'] === true
  if (mustPush && push === undefined) {
    throw unavailable(provider, 'Its metadata requires pushed authorization requests and names no endpoint for them.')
  }
  return {
    issuer: provider.issuer,
    issuerInResponse: metadata['authorization_response_iss_parameter_supported'] === true,
    authorizationEndpoint: required(address('authorization_endpoint', endpoints.authorization), provider),
    tokenEndpoint: required(address('token_endpoint', endpoints.token), provider),
    jwksUri: required(address('jwks_uri'), provider),
    pushedAuthorizationRequestEndpoint: mustPush ? push : endpoints.pushedAuthorizationRequest,
    userinfoEndpoint: address('userinfo_endpoint', endpoints.userinfo),
    revocationEndpoint: address('revocation_endpoint', endpoints.revocation),
    endSessionEndpoint: address('end_session_endpoint', endpoints.endSession),
  }
}

/** Byte for byte: what differs in a slash or in a letter's case is another issuer. */
function checkIssuer(issuer: unknown, provider: OidcProvider): void {
  const expected = provider.issuer
  if (issuer === expected) return
  // Only our own value is quoted: the provider's may hold anything.
  if (issuer === `${expected}/`) throw unavailable(provider, `It calls itself ${expected}/: configure that as issuer.`)
  if (typeof issuer === 'string' && `${issuer}/` === expected) {
    throw unavailable(
      provider,
      `It calls itself ${expected.slice(0, -1)}, without the slash: configure that as issuer.`,
    )
  }
  throw unavailable(provider, `Its metadata names another issuer than the configured ${expected}.`)
}

function endpoint(metadata: JsonObject, name: string, provider: OidcProvider): string | undefined {
  const value = metadata[name] ?? undefined
  if (value === undefined) return undefined
  if (typeof value === 'string' && isPermitted(value, provider) && !value.includes('#')) return value
  throw unavailable(provider, `The ${name} in its metadata is not an https address.`)
}

function required(value: string | undefined, provider: OidcProvider): string {
  if (value !== undefined) return value
  throw unavailable(provider, 'Its metadata lacks an authorization_endpoint, a token_endpoint or a jwks_uri.')
}
