import { fromLibrary } from './classify.ts'
import type { ConfiguredLibrary } from './configuration.ts'
import type { TokenHint } from './protocol.ts'
import type { Connection } from './transport.ts'

/**
 * Asks the server to end a token. A server that refuses will refuse again, so only failures that pass reject:
 * `provider_unreachable`, `provider_timeout`, `provider_unavailable` and `provider_blocked`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2
 */
export async function revokeToken(
  { library, configuration }: ConfiguredLibrary,
  token: string,
  hint: TokenHint,
  connection: Connection,
): Promise<void> {
  try {
    await library.tokenRevocation(configuration, token, { token_type_hint: hint })
  } catch (error) {
    const failure = fromLibrary(error, connection)
    if (failure.class === 'transient' || failure.code === 'internal_error') throw failure
  }
}
