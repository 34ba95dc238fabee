import type { ClientAuthentication, GatewayOptions, OidcFacts } from '@postern/core'
import { insecureLoopback } from '@postern/core'
import { oidc } from '@postern/providers/oidc'
import { onTestFinished } from 'vitest'
import { type AdapterName, type Application, startApplication } from './application.ts'
import type { ClientMetadata, OpenIdProvider } from './openid-provider.ts'

export interface RelyingPartyOptions {
  /** What the client has registered, over a confidential client with everything an application here may want. */
  readonly client?: Readonly<Record<string, unknown>>
  readonly clientAuthentication?: ClientAuthentication
  /** What the provider's definition says beside that. */
  readonly facts?: Partial<Omit<OidcFacts<'op'>, 'id' | 'protocol' | 'issuer' | 'clientAuthentication' | 'identify'>>
  readonly gateway?: Partial<Pick<GatewayOptions, 'store' | 'session' | 'transaction'>>
}

export const SECRET = 'a secret that both sides know, 32 or more'

let clients = 0

/** An application that is registered at a provider, for as long as the test runs. */
export async function startRelyingParty(
  adapter: AdapterName,
  provider: OpenIdProvider,
  options: RelyingPartyOptions = {},
): Promise<Application> {
  const application = await startApplication(adapter, (origin) => {
    const client = clientMetadata(origin, options)
    provider.register(client)
    return { ...options.gateway, providers: [providerFor(provider.issuer, client.client_id, options)] }
  })
  onTestFinished(() => application.close())
  return application
}

export function clientMetadata(origin: string, { client = {} }: RelyingPartyOptions): ClientMetadata {
  clients += 1
  return {
    client_id: `client-${clients}`,
    client_secret: SECRET,
    token_endpoint_auth_method: 'client_secret_post',
    redirect_uris: [`${origin}/auth/callback/op`],
    post_logout_redirect_uris: [`${origin}/auth/signed-out`],
    backchannel_logout_uri: `${origin}/auth/backchannel-logout/op`,
    backchannel_logout_session_required: true,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    ...client,
  }
}

export function providerFor(
  issuer: string,
  clientId: string,
  { clientAuthentication = { method: 'client_secret_post', clientSecret: SECRET }, facts }: RelyingPartyOptions,
) {
  return oidc({ id: 'op', name: 'The provider', issuer, clientId, clientAuthentication, loopback: insecureLoopback, ...facts })
}

/** What asks oidc-provider for a refresh token: it wants to ask the person each time. */
export const OFFLINE = {
  scope: ['openid', 'profile', 'offline_access'],
  authorizationParameters: { prompt: 'consent' },
} as const
