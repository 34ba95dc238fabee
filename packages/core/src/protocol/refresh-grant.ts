import { GatewayError } from '../error.ts'
import { fromLibrary } from './classify.ts'
import type { ConfiguredLibrary } from './configuration.ts'
import type { RefreshOutcome } from './protocol.ts'
import { readTokens, type Tokens } from './token-response.ts'
import { type Connection, mayHaveArrived } from './transport.ts'

/**
 * Presents a refresh token, once, asking for no scope: it stays what was granted.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export async function presentRefreshToken(
  { library, configuration }: ConfiguredLibrary,
  refreshToken: string,
  connection: Connection,
): Promise<Tokens> {
  try {
    return readTokens(await library.refreshTokenGrant(configuration, refreshToken), connection.provider)
  } catch (error) {
    throw fromLibrary(error, connection)
  }
}

/** What a failed refresh means for the token that was presented. Throws what says nothing about it. */
export function outcomeOfFailure(error: unknown): RefreshOutcome {
  if (!(error instanceof GatewayError)) throw error
  if (error.code === 'code_refused' || error.code === 'id_token_invalid') return { type: 'dead' }
  // A 200 that cannot be read: the provider did what was asked, and may have rotated the token.
  const isUnread = error.code === 'provider_response_invalid' && error.providerStatus === 200
  if (isUnread || mayHaveArrived(error)) return { type: 'lost', error }
  throw error
}
