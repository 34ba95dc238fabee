import type { Config } from './config.ts'
import { createKeyring } from './crypto/keyring.ts'
import { createClaims } from './flow/claim.ts'
import { createLogoutNotices } from './flow/logout-notice.ts'
import type { Revocations } from './flow/revocation.ts'
import type { StoredServices } from './flow/services.ts'
import { createSessionLimiter } from './flow/session-limit.ts'
import type { CookieNaming } from './http/cookie-naming.ts'
import { createSessionDirectory } from './session/directory.ts'
import { createEndedSessions } from './session/ended.ts'
import { createMemo } from './session/memo.ts'
import type { OnlineTokens } from './session/online-token.ts'
import { createSealedSessions } from './session/sealed.ts'
import { createSessionCookie } from './session/session-cookie.ts'
import type { Found, Sessions } from './session/sessions.ts'
import { createStoredSessions, type StoredSessionsOptions } from './session/stored.ts'
import type { Store } from './store/store.ts'
import { wait } from './waiting.ts'

// How long the second delivery of an answer waits for the process that was sent the first: two calls to a provider.
const CLAIM_PATIENCE = 20_000

/** Sessions where the options say that they live: in the browser's cookie or in a store. */
export function createSessions(
  { secrets, lifetimes, store, now }: Config,
  cookies: CookieNaming,
  onlineTokens: OnlineTokens,
  hasEnded: StoredSessionsOptions['hasEnded'],
): Sessions {
  const cookieName = cookies.session
  const cookie = createSessionCookie(cookieName, cookies.attributes)
  const sealed = createSealedSessions({
    cookieName,
    cookie,
    keyring: createKeyring(secrets, 'session'),
    lifetimes,
    memo: createMemo<string, Found>(),
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
    onlineTokens,
    lifetimes,
    handleMemo: createMemo(),
    recordMemo: createMemo(),
    sealed,
    hasEnded,
    now,
  })
}

/** What only a store can do. */
export function createStoredServices(
  config: Config,
  store: Store,
  onlineTokens: OnlineTokens,
  { add: revoke }: Revocations,
): StoredServices {
  const { secrets, lifetimes, transactionLifetime, sessionLimit: limit, now } = config
  const directory = createSessionDirectory({
    store,
    summaries: createKeyring(secrets, 'summary'),
    lifetimes,
    now,
    onEnded({ value }, key, { provider }) {
      const refreshToken = onlineTokens.open(value, key)
      if (refreshToken !== undefined) revoke(provider, { refreshToken })
    },
  })
  return {
    directory,
    notices: createLogoutNotices({ store, transactionLifetime, now }),
    claims: createClaims({ store, now, wait, patience: CLAIM_PATIENCE }),
    limiter: limit && createSessionLimiter({ limit, store, directory, now, wait }),
  }
}
