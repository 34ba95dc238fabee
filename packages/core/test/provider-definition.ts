import type { OAuth2Provider, OidcProvider, ProviderFacts, UserProfile } from '../src/provider/provider.ts'

const shared = {
  id: 'example',
  name: 'Example',
  clientId: 'client-1',
  clientAuthentication: { method: 'client_secret_post', clientSecret: 'canary-client-secret' },
  scope: [],
  scopeSeparator: ' ',
  authorizationParameters: {},
  codeChallengeMethod: 'S256',
  responseMode: 'query',
  loginParameters: [],
  apiOrigins: [],
  capabilities: { refresh: true, rotation: true, revocation: true, endSession: true, idToken: true, pkce: true },
  timeout: 5,
  loopback: true,
  identify: async () => ({ id: '1' }),
} as const satisfies ProviderFacts<string, UserProfile>

/** A provider without OpenID Connect whose endpoints are paths of `origin`. */
export function oauth2Provider(origin: string, facts: Partial<OAuth2Provider> = {}): OAuth2Provider {
  return {
    ...shared,
    protocol: 'oauth2',
    endpoints: {
      authorization: `${origin}/authorize`,
      token: `${origin}/token`,
      revocation: `${origin}/revoke`,
    },
    ...facts,
  }
}

/** An OpenID Provider, discovered at `issuer`. */
export function oidcProvider(issuer: string, facts: Partial<OidcProvider> = {}): OidcProvider {
  return {
    ...shared,
    protocol: 'oidc',
    issuer,
    scope: ['openid', 'profile'],
    idTokenSignedResponseAlg: 'RS256',
    additionalAudiences: [],
    userinfo: 'fetch',
    ...facts,
  }
}
