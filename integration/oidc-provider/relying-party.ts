import type { GatewayOptions } from '@postern/core'
import { onTestFinished } from 'vitest'
import { type AdapterName, type Application, startApplication } from './application.ts'
import type { ClientMetadata, OpenIdProvider } from './openid-provider.ts'
import { type ProviderOptions, providerFor, SECRET } from './provider-definition.ts'

export interface RelyingPartyOptions extends ProviderOptions {
  /** What the client has registered, over a confidential client with everything an application here may want. */
  readonly client?: Readonly<Record<string, unknown>>
  readonly gateway?: Partial<Pick<GatewayOptions, 'store' | 'session' | 'transaction' | 'cookiePrefix'>>
}

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

function clientMetadata(origin: string, { client = {} }: RelyingPartyOptions): ClientMetadata {
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
