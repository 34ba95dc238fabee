import { GatewayError } from '../error.ts'
import { fromLibrary } from './classify.ts'
import type { ConfiguredLibrary } from './configuration.ts'
import type { CodeGrant } from './protocol.ts'
import { readTokens, type Tokens } from './token-response.ts'
import type { Connection } from './transport.ts'

// RFC 7636 section 4.1.
const CODE_VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/

/**
 * Spends an authorization code: one request, and never a second one with the same code.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
 */
export async function spendCode(
  { library, configuration }: ConfiguredLibrary,
  { code, redirectUri, codeVerifier }: CodeGrant,
  connection: Connection,
): Promise<Tokens> {
  const { provider } = connection
  if (!CODE_VERIFIER.test(codeVerifier)) throw new GatewayError('internal_error', { provider: provider.id })
  try {
    // The library's own code grant derives the redirect URI from an address, which loses its query and its exact
    // spelling. The authorization response it would check was accepted before.
    const response = await library.genericGrantRequest(configuration, 'authorization_code', {
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    })
    return readTokens(response, provider)
  } catch (error) {
    throw fromLibrary(error, connection)
  }
}
