import type { Configuration } from 'openid-client'
import { clientAuthentication } from './client-authentication.ts'
import { loadOpenidClient, type OpenidClient } from './library.ts'
import { createLibraryFetch } from './library-fetch.ts'
import type { Server } from './server.ts'
import type { Connection } from './transport.ts'

/** The library, and one server and this client as it wants them. */
export interface ConfiguredLibrary {
  readonly library: OpenidClient
  readonly configuration: Configuration
}

/** Loads the library and makes a configuration that lasts as long as what is known of the server. */
export async function configureLibrary(server: Server, connection: Connection): Promise<ConfiguredLibrary> {
  const library = await loadOpenidClient()
  const { provider } = connection
  const configuration = new library.Configuration(
    {
      // The library insists on an issuer, and uses it as the audience of assertions: without one, RFC 7523 section
      // 3 has the token endpoint there.
      issuer: server.issuer ?? server.tokenEndpoint,
      authorization_endpoint: server.authorizationEndpoint,
      token_endpoint: server.tokenEndpoint,
      ...(server.revocationEndpoint === undefined ? {} : { revocation_endpoint: server.revocationEndpoint }),
      ...(server.pushedAuthorizationRequestEndpoint === undefined
        ? {}
        : { pushed_authorization_request_endpoint: server.pushedAuthorizationRequestEndpoint }),
    },
    provider.clientId,
    undefined,
    await clientAuthentication(library, connection),
  )
  // Our transport decides which addresses are safe, and it has the deadline.
  if (provider.loopback) library.allowInsecureRequests(configuration)
  configuration.timeout = undefined
  configuration[library.customFetch] = createLibraryFetch(server, connection)
  return { library, configuration }
}
