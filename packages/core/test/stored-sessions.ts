import { createKeyring } from '../src/crypto/keyring.ts'
import { nameCookies } from '../src/http/cookie-naming.ts'
import { createEndedSessions } from '../src/session/ended.ts'
import type { Lifetimes } from '../src/session/lifetime.ts'
import { createMemo } from '../src/session/memo.ts'
import { createSealedSessions, type SealedSessions } from '../src/session/sealed.ts'
import type { Session } from '../src/session/session.ts'
import { createSessionCookie } from '../src/session/session-cookie.ts'
import type { Found, Sessions } from '../src/session/sessions.ts'
import { createStoredSessions } from '../src/session/stored.ts'
import type { Store } from '../src/store/store.ts'
import { headerAfter } from './cookies.ts'
import { NEWEST } from './secrets.ts'

export const { session: NAME, attributes: ATTRIBUTES } = nameCookies('https://app.example', 'postern')
export const LIFETIMES: Lifetimes = { idle: 100_000, absolute: 1_000_000 }

type Secrets = readonly [string, ...string[]]

/** Sessions as a process without a store keeps them. */
export function sealedSessions(now: () => number, secrets: Secrets = [NEWEST]): SealedSessions {
  return createSealedSessions({
    cookieName: NAME,
    cookie: createSessionCookie(NAME, ATTRIBUTES),
    keyring: createKeyring(secrets, 'session'),
    lifetimes: LIFETIMES,
    memo: createMemo<string, Found>(),
    ended: createEndedSessions(now),
    now,
  })
}

/** Sessions as a process with a store keeps them. */
export function storedSessions(store: Store, now: () => number, secrets: Secrets = [NEWEST]): Sessions {
  return createStoredSessions({
    store,
    cookieName: NAME,
    cookie: createSessionCookie(NAME, ATTRIBUTES),
    handles: createKeyring(secrets, 'handle'),
    summaries: createKeyring(secrets, 'summary'),
    onlineTokens: { seal: () => undefined },
    lifetimes: LIFETIMES,
    handleMemo: createMemo(),
    recordMemo: createMemo(),
    sealed: sealedSessions(now, secrets),
    hasEnded: () => Promise.resolve(false),
    now,
  })
}

/** Begins a session. The `Cookie` header of its browser. */
export async function begun(sessions: Sessions, session: Session): Promise<string | undefined> {
  return headerAfter(await sessions.create(session, undefined))
}

/** The session of a cookie header. Without one the test fails. */
export async function present(sessions: Sessions, header: string | undefined): Promise<Found> {
  const found = await sessions.read(header)
  if (found === undefined) throw new Error('no session')
  return found
}
