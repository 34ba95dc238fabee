import { GatewayError } from '../error.ts'
import type { OAuth2Provider } from '../provider/provider.ts'
import type { Dialect } from './dialect.ts'
import { configuredServer } from './server.ts'

/** OAuth 2.0 alone: configured addresses, and nothing that says who signed in. `identify` asks an API. */
export function createOAuth2(provider: OAuth2Provider): Dialect {
  const server = configuredServer(provider)
  return {
    server: () => server,
    claims: async () => ({}),
    prepare: async () => undefined,
    confirm: async () => undefined,
    logoutToken: () => Promise.reject(new GatewayError('logout_token_invalid', { provider: provider.id })),
  }
}
