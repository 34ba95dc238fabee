import type { EndSessionRequest } from './protocol.ts'

// Longer request lines are refused by common servers in front of a provider.
const MAX_ADDRESS = 4096

/**
 * The address where the provider ends the browser's session with it. A query of the endpoint is kept.
 *
 * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
 */
export function endSessionAddress(
  endpoint: string,
  clientId: string,
  { idTokenHint, postLogoutRedirectUri, state }: EndSessionRequest,
): string {
  const url = new URL(endpoint)
  url.searchParams.set('client_id', clientId)
  url.searchParams.set('post_logout_redirect_uri', postLogoutRedirectUri)
  url.searchParams.set('state', state)
  const withoutHint = url.href
  if (idTokenHint === undefined) return withoutHint
  url.searchParams.set('id_token_hint', idTokenHint)
  return url.href.length > MAX_ADDRESS ? withoutHint : url.href
}
