import { GatewayError } from '../error.ts'
import { type AuthorizationResponse, readParameters, readQuery } from '../flow/authorization-response.ts'
import { isPrefetch } from '../http/intent.ts'
import { returnUrl } from '../http/return-to.ts'
import type { Provider } from '../provider/provider.ts'
import type { Transaction } from '../transaction/transaction.ts'
import { type EndpointContext, redirectUriOf, returnRule } from './context.ts'

const METHOD = { query: 'GET', form_post: 'POST' } as const

/**
 * Reads a provider's answer, in the mode that it was asked to answer in. Throws `method_not_allowed` for another,
 * `navigation_required` for a browser that only guesses, and `callback_malformed`.
 */
export async function readCallback(context: EndpointContext, provider: Provider): Promise<AuthorizationResponse> {
  requireMode(context, provider)
  if (isPrefetch(context.request.headers)) throw new GatewayError('navigation_required')
  if (provider.responseMode === 'query') return readQuery(context.query)
  // A form post carries everything in its body: what stands in the query, and was not registered with the redirect
  // URI, was put there by somebody else.
  const registered = new URL(redirectUriOf(context, provider)).search.slice(1)
  if (context.query !== registered) throw new GatewayError('callback_malformed')
  return readParameters(await context.request.form())
}

/** The transaction the answer belongs to; or, for a sign-in that this browser has finished, where it was going. */
export async function findTransaction(
  context: EndpointContext,
  provider: Provider,
  response: AuthorizationResponse,
): Promise<Transaction | string> {
  const { flights, sessions, transactions } = context.services
  const { state, error } = response
  // AniList's engine loses the state of a denial: nothing can be believed, and nothing is touched.
  if (state === undefined) throw new GatewayError(error === undefined ? 'state_missing' : 'sign_in_cancelled')

  const flight = flights.find(state)
  if (flight !== undefined && flight.outcome === undefined) {
    if ((await sessions.read(context.cookieHeader)) === undefined) throw new GatewayError('transaction_used')
    return returnUrl(flight.returnTo, returnRule(context))
  }
  const transaction = transactions.find(state, context.cookieHeader)
  if (transaction === undefined) throw new GatewayError('transaction_missing')
  // Another provider's answer to this sign-in: its code must not reach either token endpoint.
  if (transaction.provider !== provider.id) throw new GatewayError('issuer_mismatch', { provider: provider.id })
  return transaction
}

/** Decision 9: an answer in the mode that was not asked for is a 405. */
function requireMode({ request }: EndpointContext, { responseMode }: Provider): void {
  const method = METHOD[responseMode]
  if (request.method !== method) throw new GatewayError('method_not_allowed', { headers: { allow: method } })
}
