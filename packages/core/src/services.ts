import type { Config } from './config.ts'
import { createKeyring } from './crypto/keyring.ts'
import { createRandomValue, createReference } from './crypto/random.ts'
import { createEmitter } from './emitter.ts'
import { isEndedByProvider } from './flow/ended-by-provider.ts'
import { createLoopBreaker } from './flow/loop-breaker.ts'
import { createRateLimit, type RateLimit } from './flow/rate-limit.ts'
import { createRefresher } from './flow/refresh.ts'
import { createGrantRenewal } from './flow/renew-grant.ts'
import { createRevocations, type Revocations } from './flow/revocation.ts'
import type { Services } from './flow/services.ts'
import { nameCookies } from './http/cookie-naming.ts'
import { watchPages } from './http/page/watch.ts'
import type { RouteName } from './http/route.ts'
import { createOutlet } from './protocol/outlet.ts'
import { createProviderClient } from './protocol/provider-client.ts'
import { createOnlineTokens } from './session/online-token.ts'
import { publicId } from './session/summary.ts'
import { createSessions, createStoredServices } from './session-services.ts'
import { createTransactions } from './transaction/cookie.ts'
import { createFlights } from './transaction/flight.ts'
import { wait, waitIdly, within } from './waiting.ts'

// How often this process looks for revocations that another did not finish, and when it does so first: the one before
// a restart may have left some.
const REVOCATION_SWEEP = 30_000
const FIRST_REVOCATION_SWEEP = 2_000

/** Builds what a gateway works with. No I/O. */
export function createServices(checked: Config): Services {
  const { now, secrets, store } = checked
  const cookies = nameCookies(checked.origin, checked.cookiePrefix)
  const random = createRandomValue()
  const reference = createReference()
  const emit = createEmitter(checked)
  const pages = watchPages(checked.pages, (error, model) =>
    emit({
      type: 'failed',
      code: 'internal_error',
      error: error instanceof Error ? error.name : typeof error,
      reference: model.page === 'error' ? model.reference : reference(),
    }),
  )
  const config = { ...checked, pages }
  const outlet = createOutlet(config.fetch)
  const clients = new Map(
    [...config.providers].map(([id, provider]) => [id, createProviderClient(provider, { fetch: outlet.send, now })]),
  )
  const onlineTokens = createOnlineTokens(createKeyring(secrets, 'online-token'), config.providers)
  const revocations = createRevocations({
    clients,
    store,
    keyring: createKeyring(secrets, 'revocation'),
    random,
    wait: waitIdly,
    onGivenUp: (provider) => emit({ type: 'revocation_given_up', provider, reference: reference() }),
  })
  const stored = store === undefined ? undefined : createStoredServices(config, store, onlineTokens, revocations)
  const sessions = createSessions(config, cookies, onlineTokens, async (session) => {
    const isEnded = stored !== undefined && (await isEndedByProvider(session, session.signedInAt, stored))
    if (isEnded) {
      const { provider, subject } = session
      const id = publicId(session)
      emit({ type: 'session_ended', provider, subject, session: id, cause: 'provider', reference: reference() })
    }
    return isEnded
  })
  const stopSweeping = store === undefined ? () => undefined : sweep(revocations)
  const renewal = createGrantRenewal({
    clients,
    sessions,
    store,
    now,
    wait,
    within,
    discard: revocations.add,
    onOutcome(session, provider, outcome) {
      const who = { provider, session: publicId(session), reference: reference() }
      if (outcome === 'refreshed') emit({ type: 'token_refreshed', ...who })
      else if (outcome === 'ended') {
        emit({ type: 'session_ended', ...who, subject: session.subject, cause: 'grant_dead' })
      } else {
        const { code, class: errorClass, oauthError, advice } = outcome
        emit({ type: 'refresh_failed', ...who, code, class: errorClass, oauthError, advice })
      }
    },
  })
  return {
    config,
    cookies,
    random,
    reference,
    clients,
    sessions,
    refresher: createRefresher({ sessions, renewal, now, within }),
    revocations,
    stored,
    signOutKeyring: createKeyring(secrets, 'sign-out'),
    transactions: createTransactions({
      cookiePrefix: cookies.transactionPrefix,
      keyring: createKeyring(secrets, 'transaction'),
      lifetime: config.transactionLifetime,
      now,
    }),
    flights: createFlights(now),
    loopBreaker: createLoopBreaker(now),
    rateLimits: createRateLimits(config),
    emit,
    lend: outlet.lend,
    stop: stopSweeping,
  }
}

/** Without keeping the process alive. */
function sweep({ resume }: Revocations): () => void {
  const first = setTimeout(() => void resume(), FIRST_REVOCATION_SWEEP).unref()
  const others = setInterval(() => void resume(), REVOCATION_SWEEP).unref()
  return () => {
    clearTimeout(first)
    clearInterval(others)
  }
}

function createRateLimits({ rates: { login, callback, backchannelLogout }, now }: Config): Services['rateLimits'] {
  const logins = login === undefined ? undefined : createRateLimit(login, now)
  const limits = new Map<RouteName, RateLimit>()
  // Both addresses start a sign-in, and count together.
  if (logins !== undefined) limits.set('login', logins).set('login-provider', logins)
  if (callback !== undefined) limits.set('callback', createRateLimit(callback, now))
  if (backchannelLogout !== undefined) limits.set('backchannel-logout', createRateLimit(backchannelLogout, now))
  return limits
}
