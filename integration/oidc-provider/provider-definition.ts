import { type ClientAuthentication, insecureLoopback, type OidcFacts } from '@postern/core'
import { oidc } from '@postern/providers/oidc'

export interface ProviderOptions {
  /** Default: `client_secret_post` with `SECRET`. */
  readonly clientAuthentication?: ClientAuthentication
  /** What the definition says beside that. */
  readonly facts?: Partial<Omit<OidcFacts<'op'>, 'id' | 'protocol' | 'issuer' | 'clientAuthentication' | 'identify'>>
}

export const SECRET = 'a secret that both sides know, 32 or more'

/** oidc-provider, as an application defines it. */
export function providerFor(issuer: string, clientId: string, { clientAuthentication, facts }: ProviderOptions) {
  return oidc({
    id: 'op',
    name: 'The provider',
    issuer,
    clientId,
    clientAuthentication: clientAuthentication ?? { method: 'client_secret_post', clientSecret: SECRET },
    loopback: insecureLoopback,
    ...facts,
  })
}

/** What asks oidc-provider for a refresh token: it wants to ask the person each time. */
export const OFFLINE = {
  scope: ['openid', 'profile', 'offline_access'],
  authorizationParameters: { prompt: 'consent' },
} as const
