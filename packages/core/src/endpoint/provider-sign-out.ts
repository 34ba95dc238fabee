import { open, seal } from '../crypto/seal.ts'
import { GatewayError } from '../error.ts'
import type { Session } from '../session/session.ts'
import type { EndpointContext } from './context.ts'

// Name under which the state of a sign-out is sealed.
const NAME = 'sign-out'

/**
 * Where the provider signs the user out too and sends them back, or `undefined`. Its `state` carries where they
 * were going, sealed, so that nothing has to be kept.
 *
 * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
 */
export async function providerSignOutUrl(
  { services }: EndpointContext,
  session: Session,
  returnTo: string | undefined,
): Promise<string | undefined> {
  const client = services.clients.get(session.provider)
  const idTokenHint = session.grants[session.provider]?.idToken
  if (client === undefined || !client.provider.capabilities.endSession) return undefined
  try {
    return client.endSessionUrl(await client.metadata(), {
      idTokenHint,
      postLogoutRedirectUri: postLogoutRedirectUri(services.config, client.provider),
      state: seal(services.signOutKeyring, NAME, returnTo ?? ''),
    })
  } catch (error) {
    // The session has ended here whatever the provider is up to.
    if (error instanceof GatewayError) return undefined
    throw error
  }
}

/** Where a sign-out was going, from the state a provider sent back; `undefined` for any other state. */
export function returnToOf(state: string | undefined, { services }: EndpointContext): string | undefined {
  const opened = state === undefined ? undefined : open(services.signOutKeyring, NAME, state)
  return opened === undefined || opened.octets.length === 0 ? undefined : opened.octets.toString()
}

function postLogoutRedirectUri(
  { origin, basePath }: EndpointContext['services']['config'],
  provider: { readonly postLogoutRedirectUri?: string | undefined } | object,
): string {
  const configured = 'postLogoutRedirectUri' in provider ? provider.postLogoutRedirectUri : undefined
  return configured ?? `${origin}${basePath}/signed-out`
}
