import type { Provider } from '../provider/provider.ts'
import { createAuthorizationUrl } from './authorization-url.ts'
import { spendCode } from './code-grant.ts'
import { configureLibrary } from './configuration.ts'
import type { Dialect } from './dialect.ts'
import { endSessionAddress } from './end-session.ts'
import { limited } from './limited.ts'
import { createOAuth2 } from './oauth2.ts'
import { createOidc } from './oidc.ts'
import { oncePer } from './once-per.ts'
import type { ProtocolDependencies, ProviderClient } from './protocol.ts'
import { pushAuthorizationRequest } from './pushed-authorization.ts'
import { outcomeOfFailure, presentRefreshToken } from './refresh-grant.ts'
import { revokeToken } from './revocation.ts'
import type { Server } from './server.ts'
import { type Connection, createCall } from './transport.ts'

/**
 * Makes the client of one provider. No I/O, and nothing heavy is loaded, until somebody signs in.
 *
 * Its methods take the metadata that its own `metadata` gave: that is a `Server`, of which callers see a part.
 */
export function createProviderClient(provider: Provider, { fetch, now }: ProtocolDependencies): ProviderClient {
  const connection: Connection = { provider, now, call: limited(createCall(provider, fetch), provider.id) }
  const dialect = dialectOf(provider, connection)
  const libraryFor = oncePer((server: Server) => configureLibrary(server, connection))
  const addressOf = oncePer((server: Server) => createAuthorizationUrl(provider, server.authorizationEndpoint))

  return {
    provider,
    metadata: dialect.server,

    authorizationUrl(server: Server, request) {
      if (server.pushedAuthorizationRequestEndpoint === undefined) return addressOf(server)(request)
      return libraryFor(server).then((library) => pushAuthorizationRequest(library, request, connection))
    },

    async exchange(server: Server, grant) {
      const tokens = await spendCode(await libraryFor(server), grant, connection)
      const claims = await dialect.claims(server, tokens, grant)
      // RFC 6749 section 5.1: a response without scope has granted what was asked for.
      return { ...tokens, scope: tokens.scope ?? provider.scope, claims }
    },

    prepareRefresh: (server: Server) => dialect.prepare(server),

    async refresh(server: Server, { refreshToken, idToken }) {
      await dialect.prepare(server)
      try {
        const tokens = await presentRefreshToken(await libraryFor(server), refreshToken, connection)
        await dialect.confirm(server, tokens, idToken)
        return { type: 'refreshed', tokens }
      } catch (error) {
        return outcomeOfFailure(error)
      }
    },

    async revoke(server: Server, token, hint) {
      if (!provider.capabilities.revocation || server.revocationEndpoint === undefined) return
      await revokeToken(await libraryFor(server), token, hint, connection)
    },

    endSessionUrl({ endSessionEndpoint }: Server, request) {
      return endSessionEndpoint === undefined
        ? undefined
        : endSessionAddress(endSessionEndpoint, provider.clientId, request)
    },

    verifyLogoutToken: (server: Server, token) => dialect.logoutToken(server, token),

    async fetch(url, request) {
      const { status, headers, json } = await connection.call(url, request)
      return { status, headers, json }
    },
  }
}

function dialectOf(provider: Provider, connection: Connection): Dialect {
  return provider.protocol === 'oidc' ? createOidc({ ...connection, provider }) : createOAuth2(provider)
}
