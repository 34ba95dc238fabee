import { GatewayError } from '../error.ts'
import { accept } from '../flow/accept.ts'
import type { AuthorizationResponse } from '../flow/authorization-response.ts'
import { enter } from '../flow/enter.ts'
import { exchange } from '../flow/exchange.ts'
import type { FinishedSignIn, Granted, SignedInOutcome } from '../flow/phase.ts'
import { loginPath } from '../http/address.ts'
import type { Cookie } from '../http/cookie.ts'
import type { Reply } from '../http/decision.ts'
import { failureReply } from '../http/failure.ts'
import { redirect } from '../http/reply.ts'
import { headerValue } from '../http/request.ts'
import { returnUrl } from '../http/return-to.ts'
import type { ProviderClient, ProviderMetadata } from '../protocol/protocol.ts'
import type { Provider } from '../provider/provider.ts'
import type { Transaction } from '../transaction/transaction.ts'
import { findTransaction, readCallback } from './callback-request.ts'
import { clientOf, type EndpointContext, providerNamed, redirectUriOf, returnRule } from './context.ts'
import { transactionAttributes } from './login.ts'

/** `/auth/callback/{provider}`: from the provider's answer to a session. */
export async function finishSignIn(context: EndpointContext, providerId: string | undefined): Promise<Reply> {
  const provider = providerNamed(providerId, context.services)
  const response = await readCallback(context, provider)
  const transaction = await findTransaction(context, provider, response)
  if (typeof transaction === 'string') return redirect(transaction)
  const client = clientOf(context.services, provider)
  // Before anything is spent: when this fails, the same address works a moment later.
  const metadata = await client.metadata()
  try {
    return await carryOut({ context, client, metadata, transaction, response })
  } catch (error) {
    return failed(context, provider, transaction, error)
  }
}

/** An answer that has found its sign-in. */
interface Arrival {
  readonly context: EndpointContext
  readonly client: ProviderClient
  readonly metadata: ProviderMetadata
  readonly transaction: Transaction
  readonly response: AuthorizationResponse
}

async function carryOut(arrival: Arrival): Promise<Reply> {
  const { context, client, transaction } = arrival
  const { transactions } = context.services
  const { provider } = client
  if (transactions.isExpired(transaction)) throw new GatewayError('transaction_expired', { provider: provider.id })
  const { cookies, returnTo } = await joinOrBegin(arrival)
  return redirect(returnUrl(returnTo, returnRule(context)), [
    ...cookies,
    transactions.forget(transaction.state, transactionAttributes(context, provider)),
  ])
}

/** One exchange for one transaction: a duplicate of the same answer, while it is under way, shares its outcome. */
function joinOrBegin(arrival: Arrival): Promise<FinishedSignIn> {
  const { context, client, transaction, response } = arrival
  const { flights } = context.services
  const flight = flights.find(transaction.state)
  if (flight?.outcome !== undefined && flight.code === response.code) return flight.outcome
  if (flight !== undefined) throw new GatewayError('transaction_used', { provider: client.provider.id })
  const begun = { code: response.code, returnTo: transaction.returnTo }
  return flights.begin(transaction.state, begun, endOfTransaction(arrival), () => claimAndComplete(arrival))
}

/** With a store, the same holds among processes: one of them spends the code, the others wait for its outcome. */
async function claimAndComplete(arrival: Arrival): Promise<FinishedSignIn> {
  const { context, client, transaction } = arrival
  const { stored, config, sessions } = context.services
  if (stored === undefined) return complete(arrival)
  const { returnTo } = transaction
  const remembered = endOfTransaction(arrival) - config.now()
  const claim = await stored.claims.claim(transaction, remembered)
  if (claim.type !== 'claimed') {
    // A browser that reloads the page gives up the other process's answer, and what signs it in with that.
    if (claim.type === 'finished_meanwhile') return { phase: 'finished_elsewhere', cookies: claim.cookies, returnTo }
    // One that repeats the answer later has to show its session.
    const isSignedIn = claim.type === 'finished_before' && (await sessions.read(context.cookieHeader)) !== undefined
    if (isSignedIn) return { phase: 'finished_elsewhere', cookies: [], returnTo }
    throw new GatewayError('transaction_used', { provider: client.provider.id })
  }
  // A store that stumbles now costs duplicates a redirect, and nobody the session they have.
  const settle = (cookies: readonly Cookie[] | undefined): Promise<void> =>
    stored.claims.settle(transaction, cookies, remembered).catch(() => undefined)
  try {
    const outcome = await complete(arrival)
    await settle(outcome.cookies)
    return outcome
  } catch (error) {
    await settle(undefined)
    throw error
  }
}

function endOfTransaction({ context, transaction }: Arrival): number {
  return transaction.startedAt + context.services.config.transactionLifetime
}

async function complete(arrival: Arrival): Promise<SignedInOutcome> {
  const { context, client, metadata, transaction, response } = arrival
  const { config, emit, revocations } = context.services
  const { reference } = context
  const { provider } = client
  const authorized = accept({ phase: 'requested', transaction }, response, metadata, provider)
  emit({ type: 'callback_accepted', provider: provider.id, reference })

  const startedAt = config.now()
  const granted = await exchange(authorized, {
    client,
    metadata,
    redirectUri: redirectUriOf(context, provider),
    origin: config.origin,
    onProfilePostponed: (code) => emit({ type: 'profile_postponed', provider: provider.id, code, reference }),
  })
  emit({ type: 'code_exchanged', provider: provider.id, milliseconds: config.now() - startedAt, reference })
  try {
    return await finish(granted, arrival)
  } catch (error) {
    // Tokens that no session will hold are of use to nobody but a thief.
    revocations.add(provider.id, granted.tokens)
    throw error
  }
}

async function finish(granted: Granted, { context, client, transaction }: Arrival): Promise<SignedInOutcome> {
  const { services, reference, cookieHeader, request } = context
  const { startedAt, former, returnTo, loop } = transaction
  const isPosted = client.provider.responseMode === 'form_post'
  const userAgent = headerValue(request.headers, 'user-agent')
  const entrant = { cookieHeader, isPosted, former, userAgent, startedAt }
  const { session, cookies } = await enter(granted, client.provider, entrant, services, reference)
  services.loopBreaker.succeeded(loop)
  return { phase: 'signed_in', session, cookies, returnTo }
}

/** A failure after the state was recognised: this sign-in is over, and one button starts another. */
function failed(context: EndpointContext, provider: Provider, transaction: Transaction, error: unknown): Reply {
  if (!(error instanceof GatewayError)) throw error
  const { config, transactions, emit } = context.services
  const { code, oauthError, providerStatus, advice } = error
  const { reference } = context
  emit({
    type: 'sign_in_failed',
    provider: provider.id,
    code,
    class: error.class,
    oauthError,
    providerStatus,
    advice,
    reference,
  })
  return failureReply(error, context.request, {
    pages: config.pages,
    home: config.defaultReturnTo,
    reference,
    action: {
      label: 'Sign in again',
      href: loginPath(config.basePath, provider.id, { return_to: transaction.returnTo }),
    },
    cookies: [transactions.forget(transaction.state, transactionAttributes(context, provider))],
  })
}
