import type { OidcProvider } from '../provider/provider.ts'
import type { Dialect } from './dialect.ts'
import { createDiscovery } from './discovery.ts'
import { claimsOfVerified, verifyIdToken } from './id-token.ts'
import { insistently } from './insistently.ts'
import { createKeys, type Keys } from './keys.ts'
import { verifyLogoutToken } from './logout-token.ts'
import type { Server } from './server.ts'
import type { Connection } from './transport.ts'
import { withUserinfo } from './userinfo.ts'

/** OpenID Connect: discovered addresses, and an ID token that proves who signed in. */
export function createOidc(connection: Connection<OidcProvider>): Dialect {
  const { provider } = connection
  const keysByAddress = new Map<string, Keys>()

  // By address, so that metadata read anew does not throw away keys that are still good.
  const keysOf = ({ jwksUri = '' }: Server): Keys => {
    const keys = keysByAddress.get(jwksUri) ?? createKeys(jwksUri, connection)
    keysByAddress.set(jwksUri, keys)
    return keys
  }

  return {
    server: createDiscovery(connection),
    async claims(server, tokens, { nonce, maxAge, acr }) {
      const occasion = { type: 'sign_in', nonce, maxAge, acr } as const
      const claims = await verifyIdToken(tokens, occasion, keysOf(server), connection)
      if (provider.userinfo === 'skip' || server.userinfoEndpoint === undefined) return claims
      return withUserinfo(claims, server.userinfoEndpoint, tokens.accessToken, connection)
    },
    async prepare(server) {
      const keys = keysOf(server)
      if (keys.known() === undefined) await keys.newerThan(undefined, 'id_token')
    },
    async confirm(server, tokens, earlier) {
      // Most servers send no new ID token with a refresh.
      if (tokens.idToken === undefined) return
      const authTime = provider.authTimeOnRefresh
      const occasion = { type: 'refresh', earlier: claimsOfVerified(earlier), authTime } as const
      // Its keys may be new. The refresh token is spent by now, and where they cannot be had the new one is lost.
      await insistently(() => verifyIdToken(tokens, occasion, keysOf(server), connection), connection)
    },
    logoutToken: (server, token) => verifyLogoutToken(token, keysOf(server), connection),
  }
}
