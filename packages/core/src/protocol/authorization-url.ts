import type { Provider } from '../provider/provider.ts'
import type { AuthorizationRequest } from './protocol.ts'

/**
 * Makes the function that builds the address to send a browser to. What is the same for every sign-in is encoded
 * here, once. A query of the endpoint is kept and no parameter is sent twice: those of this client replace the
 * endpoint's, and what the endpoint or the provider's definition fixes is not open to a request.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 */
export function createAuthorizationUrl(
  provider: Provider,
  authorizationEndpoint: string,
): (request: AuthorizationRequest) => string {
  const [address, query] = splitQuery(authorizationEndpoint)
  const fixed = fixedParameters(provider)
  const kept = query.split('&').filter((part) => part !== '' && !OURS.has(nameOf(part)) && !fixed.has(nameOf(part)))
  const taken = new Set([...OURS, ...fixed.keys(), ...kept.map(nameOf)])
  const prefix = `${address}?${[...kept, ...[...fixed].map(([name, value]) => pair(name, value))].join('&')}`

  return ({ redirectUri, state, nonce, codeChallenge, parameters }) => {
    let url = `${prefix}&redirect_uri=${encodeURIComponent(redirectUri)}&state=${encodeURIComponent(state)}`
    url += `&code_challenge=${encodeURIComponent(codeChallenge)}`
    if (nonce !== undefined) url += `&nonce=${encodeURIComponent(nonce)}`
    for (const [name, value] of Object.entries(parameters)) {
      if (!taken.has(name)) url += `&${pair(name, value)}`
    }
    return url
  }
}

// Made anew for every sign-in, or never sent: neither an endpoint nor a request has a say in them.
const OURS = new Set(['redirect_uri', 'state', 'nonce', 'code_challenge', 'request', 'request_uri'])

function fixedParameters(provider: Provider): ReadonlyMap<string, string> {
  const { clientId, scope, scopeSeparator, codeChallengeMethod, responseMode } = provider
  const fixed = new Map(Object.entries(provider.authorizationParameters))
  fixed.set('response_type', 'code')
  fixed.set('client_id', clientId)
  if (scope.length > 0) fixed.set('scope', scope.join(scopeSeparator))
  // `query` is what this response type means anyway, and some servers refuse parameters they do not know.
  if (responseMode === 'form_post') fixed.set('response_mode', responseMode)
  fixed.set('code_challenge_method', codeChallengeMethod)
  return fixed
}

function splitQuery(url: string): readonly [address: string, query: string] {
  const mark = url.indexOf('?')
  return mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
}

function pair(name: string, value: string): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
}

/** As whoever receives it reads it: escaped in any way, a name is the same name. The mark keeps a leading `?` in it. */
function nameOf(part: string): string {
  return new URLSearchParams(`&${part}`).keys().next().value ?? ''
}
