import type { Provider } from '../provider/provider.ts'
import { createAuthorizationUrl } from './authorization-url.ts'
import { fromLibrary } from './classify.ts'
import type { ConfiguredLibrary } from './configuration.ts'
import type { AuthorizationRequest } from './protocol.ts'
import type { Connection } from './transport.ts'

/**
 * Pushes an authorization request to the server, for this one sign-in, and returns the address to send the browser
 * to: it holds the client id and a reference, and nothing a browser could change. A push that fails fails the
 * sign-in; the request never goes through the browser instead.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9126#section-2
 */
export async function pushAuthorizationRequest(
  { library, configuration }: ConfiguredLibrary,
  request: AuthorizationRequest,
  connection: Connection,
): Promise<string> {
  try {
    const url = await library.buildAuthorizationUrlWithPAR(configuration, pushed(request, connection.provider))
    return url.href
  } catch (error) {
    throw fromLibrary(error, connection)
  }
}

/** What the query of the address would be if the request went through the browser. */
function pushed(request: AuthorizationRequest, provider: Provider): URLSearchParams {
  return new URL(createAuthorizationUrl(provider, 'https://pushed.invalid')(request)).searchParams
}
