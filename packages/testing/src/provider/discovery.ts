import { type HttpAnswer, json } from '../server/answer.ts'
import { changed } from './change.ts'
import type { Service } from './service.ts'

/**
 * The provider's metadata.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export function discovery({ issuer, endpoints, script }: Service): HttpAnswer {
  if (script.protocol === 'oauth2') return { status: 404 }
  const pushes = script.pushedAuthorizationRequests
  const metadata = {
    issuer,
    authorization_endpoint: endpoints.authorization,
    token_endpoint: endpoints.token,
    userinfo_endpoint: endpoints.userinfo,
    jwks_uri: endpoints.jwks,
    revocation_endpoint: endpoints.revocation,
    end_session_endpoint: endpoints.endSession,
    pushed_authorization_request_endpoint: pushes === 'absent' ? undefined : endpoints.pushedAuthorizationRequest,
    require_pushed_authorization_requests: pushes === 'required' ? true : undefined,
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'form_post'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [script.idToken.algorithm ?? 'RS256'],
    token_endpoint_auth_methods_supported: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'none',
    ],
    code_challenge_methods_supported: script.codeChallenge === 'ignored' ? undefined : ['S256', 'plain'],
    authorization_response_iss_parameter_supported: script.responseIssuer === 'sent' ? true : undefined,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
  }
  return json(200, changed(metadata, script.metadata))
}

/** The key set. The active key is in it even before anything was signed. */
export async function jwks({ keys, script }: Service): Promise<HttpAnswer> {
  await keys.active(script.idToken.algorithm ?? 'RS256')
  return json(200, { keys: keys.published() })
}
