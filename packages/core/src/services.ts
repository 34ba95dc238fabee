import type { Config } from './config.ts'
import { createKeyring } from './crypto/keyring.ts'
import { createRandomValue } from './crypto/random.ts'
import type { GatewayEvent, Unstamped } from './event.ts'
import { createLoopBreaker } from './flow/loop-breaker.ts'
import { createRefresher } from './flow/refresh.ts'
import { createRenewGrant } from './flow/renew-grant.ts'
import type { Services } from './flow/services.ts'
import { type CookieNaming, nameCookies } from './http/cookie-naming.ts'
import type { ProviderClient } from './protocol/protocol.ts'
import { createProviderClient } from './protocol/provider-client.ts'
import { createEndedSessions } from './session/ended.ts'
import { createMemo } from './session/memo.ts'
import { createSealedSessions } from './session/sealed.ts'
import { createSessionCookie } from './session/session-cookie.ts'
import type { Found, Sessions } from './session/sessions.ts'
import { createStoredSessions } from './session/stored.ts'
import { publicId } from './session/summary.ts'
import { createTransactions } from './transaction/cookie.ts'
import { createFlights } from './transaction/flight.ts'

/** Builds what a gateway works with. No I/O. */
export function createServices(config: Config): Services {
  const { now, secrets, store } = config
  const cookies = nameCookies(config.origin, config.cookiePrefix)
  const random = createRandomValue()
  const reference = (): string => random().slice(0, 12)
  const emit = createEmitter(config)
  const clients = new Map([...config.providers].map(([id, provider]) => [id, createProviderClient(provider, config)]))
  const sessions = createSessions(config, cookies)
  const renew = createRenewGrant({
    clients,
    sessions,
    store,
    now,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    discard: (client, metadata, tokens) => {
      void endTokens(client, metadata, tokens)
    },
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
    refresher: createRefresher({ sessions, renew, now }),
    transactions: createTransactions({
      cookiePrefix: cookies.transactionPrefix,
      keyring: createKeyring(secrets, 'transaction'),
      lifetime: config.transactionLifetime,
      now,
    }),
    flights: createFlights(now),
    loopBreaker: createLoopBreaker(now),
    emit,
  }
}

function createSessions({ secrets, lifetimes, store, now }: Config, cookies: CookieNaming): Sessions {
  const cookieName = cookies.session
  const cookie = createSessionCookie(cookieName, cookies.attributes)
  const sealed = createSealedSessions({
    cookieName,
    cookie,
    keyring: createKeyring(secrets, 'session'),
    lifetimes,
    memo: createMemo<Found>(),
    ended: createEndedSessions(now),
    now,
  })
  if (store === undefined) return sealed
  return createStoredSessions({
    store,
    cookieName,
    cookie,
    handles: createKeyring(secrets, 'handle'),
    summaries: createKeyring(secrets, 'summary'),
    lifetimes,
    handleMemo: createMemo(),
    recordMemo: createMemo(),
    sealed,
    now,
  })
}

function createEmitter({ onEvent, now }: Config): Services['emit'] {
  return (event: Unstamped<GatewayEvent>) => {
    try {
      onEvent({ ...event, time: now() })
    } catch {
      // An application's listener is not worth a sign-in: its own monitoring sees what it threw.
    }
  }
}

/** Tokens won for a session that had ended meanwhile: nobody waits for this, and nobody is told when it fails. */
async function endTokens(
  client: ProviderClient,
  metadata: Parameters<ProviderClient['revoke']>[0],
  { refreshToken, accessToken }: { readonly refreshToken: string | undefined; readonly accessToken: string },
): Promise<void> {
  try {
    if (refreshToken !== undefined) await client.revoke(metadata, refreshToken, 'refresh_token')
    await client.revoke(metadata, accessToken, 'access_token')
  } catch {
    // The provider does not answer: the tokens end by themselves.
  }
}
