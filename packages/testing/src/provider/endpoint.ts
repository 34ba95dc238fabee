/** The endpoints of a scripted provider. */
export type Endpoint =
  | 'discovery'
  | 'jwks'
  | 'authorization'
  | 'pushedAuthorizationRequest'
  | 'token'
  | 'userinfo'
  | 'revocation'
  | 'endSession'

const OIDC_DISCOVERY = '/.well-known/openid-configuration'
const OAUTH_DISCOVERY = '/.well-known/oauth-authorization-server'

/** Path of every endpoint of an issuer whose own path is `issuerPath`. */
export function endpointPaths(issuerPath: string): Readonly<Record<Endpoint, string>> {
  return {
    discovery: issuerPath + OIDC_DISCOVERY,
    jwks: `${issuerPath}/jwks`,
    authorization: `${issuerPath}/authorize`,
    pushedAuthorizationRequest: `${issuerPath}/par`,
    token: `${issuerPath}/token`,
    userinfo: `${issuerPath}/userinfo`,
    revocation: `${issuerPath}/revoke`,
    endSession: `${issuerPath}/logout`,
  }
}

/** Which endpoint a path belongs to. RFC 8414 puts its well-known part in front of the issuer's path. */
export function endpointAt(path: string, issuerPath: string): Endpoint | 'unknown' {
  if (path === OAUTH_DISCOVERY + issuerPath) return 'discovery'
  const paths = endpointPaths(issuerPath)
  return ENDPOINTS.find((endpoint) => paths[endpoint] === path) ?? 'unknown'
}

const ENDPOINTS: readonly Endpoint[] = [
  'discovery',
  'jwks',
  'authorization',
  'pushedAuthorizationRequest',
  'token',
  'userinfo',
  'revocation',
  'endSession',
]
