import type { JsonObject } from './json.ts'
import type { CodeGrant, LogoutToken } from './protocol.ts'
import type { Server } from './server.ts'
import type { Tokens } from './token-response.ts'

/** What OAuth 2.0 and OpenID Connect do differently. */
export interface Dialect {
  /** The server's addresses: at once, or after discovery. */
  server(): Server | Promise<Server>
  /** What the provider has said, provably, of who signed in. */
  claims(server: Server, tokens: Tokens, grant: CodeGrant): Promise<JsonObject>
  /** Gets what `confirm` will need: no refresh token is spent on an answer that cannot be checked. */
  prepare(server: Server): Promise<void>
  /** Throws `id_token_invalid` when refreshed tokens do not continue the sign-in of the earlier ID token. */
  confirm(server: Server, tokens: Tokens, earlier: string | undefined): Promise<void>
  /** Throws `logout_token_invalid` for what is not one. */
  logoutToken(server: Server, token: string): Promise<LogoutToken>
}
