import type { Keyring } from '../crypto/keyring.ts'
import { open, seal } from '../crypto/seal.ts'
import { GatewayError } from '../error.ts'
import type { Cookie } from '../http/cookie.ts'
import { MAX_CHUNKS } from './chunk.ts'
import { decodeSession, encodeSession } from './codec.ts'
import type { EndedSessions } from './ended.ts'
import type { FormerSession } from './former.ts'
import { endOf, type Lifetimes, touchIsDue } from './lifetime.ts'
import { type Memo, placeOf } from './memo.ts'
import type { Session } from './session.ts'
import type { SessionCookie } from './session-cookie.ts'
import { distinct, type Found, type Sessions } from './sessions.ts'
import { weighSession } from './weight.ts'

export interface SealedSessionsOptions {
  readonly cookieName: string
  readonly cookie: SessionCookie
  readonly keyring: Keyring
  readonly lifetimes: Lifetimes
  readonly memo: Memo<string, Found>
  readonly ended: EndedSessions
  readonly now: () => number
}

/** Sessions that live in the browser, encrypted. Everything is synchronous. */
export interface SealedSessions extends Sessions {
  read(header: string | undefined): Found | undefined
  readAll(header: string | undefined): readonly Found[]
  create(session: Session, header: string | undefined): readonly Cookie[]
  change(found: Found, change: (session: Session) => Session): Found | undefined
  touch(found: Found): Found
  end(found: Found): Session | undefined
  endFormer(former: Pick<FormerSession, 'id' | 'signedInAt'>): boolean
}

export function createSealedSessions(options: SealedSessionsOptions): SealedSessions {
  const { cookie, lifetimes, ended, now } = options

  const isAlive = ({ session }: Found): boolean => endOf(session, lifetimes) > now() && !ended.has(session.id)

  const isFoundAlive = (found: Found | undefined): found is Found => found !== undefined && isAlive(found)

  const read = (header: string | undefined): Found | undefined => {
    const [first, second, ...more] = cookie.read(header)
    if (first === undefined) return undefined
    const found = verify(first, options)
    if (second === undefined) return found !== undefined && isAlive(found) ? found : undefined
    // A cookie of our name was planted beside ours. What opens and lives is ours; two such are one too many.
    const alive = [found, ...[second, ...more].map((sealed) => verify(sealed, options))].filter(isFoundAlive)
    return alive.length === 1 ? alive[0] : undefined
  }

  const create = (session: Session, header: string | undefined): readonly Cookie[] => {
    const sealed = seal(options.keyring, options.cookieName, encodeSession(session))
    const cookies = cookie.write(sealed, endOf(session, lifetimes) - now(), header)
    if (cookies === undefined) throw tooLarge(session)
    return cookies
  }

  const endFormer: SealedSessions['endFormer'] = ({ id, signedInAt }) => {
    const wasAlive = !ended.has(id)
    ended.add(id, signedInAt + lifetimes.absolute)
    return wasAlive
  }

  return {
    read,
    readAll(header) {
      const all = cookie.readAny(header).map((sealed) => verify(sealed, options))
      return distinct(all.filter(isFoundAlive))
    },
    reload: (found) => (isAlive(found) ? found : undefined),
    create,
    change(found, change) {
      if (!isAlive(found)) return undefined
      const session = change(found.session)
      if (session === found.session) return found
      // Found out now, and not when the response is on its way.
      create(session, undefined)
      return { session, stale: true }
    },
    // The cookie holds the time of the last activity: `cookies` writes it anew.
    touch: (found) => found,
    isDue: ({ session, stale }, at) => stale || touchIsDue(session, lifetimes, at),
    // The session may have ended while the request was being handled: it stays ended.
    cookies: (found, header) => (isAlive(found) ? create({ ...found.session, touchedAt: now() }, header) : []),
    end: ({ session }) => (endFormer(session) ? session : undefined),
    endFormer,
    clear: cookie.clear,
  }
}

function verify(sealed: string, { memo, keyring, cookieName }: SealedSessionsOptions): Found | undefined {
  const place = placeOf(sealed)
  const known = memo.recall(place, sealed)
  if (known !== undefined) return known
  const opened = open(keyring, cookieName, sealed)
  if (opened === undefined) return undefined
  const session = decodeSession(opened.octets)
  if (session === undefined) return undefined
  const found = { session, stale: !opened.current }
  memo.remember(place, sealed, found)
  return found
}

function tooLarge(session: Session): GatewayError {
  const [largest] = weighSession(session)
  const part = largest === undefined ? '' : `The largest part is the ${largest[0]}, ${largest[1]} bytes. `
  return new GatewayError('session_too_large', {
    provider: session.provider,
    advice: `${part}Ask the provider for fewer scopes or claims, or keep sessions in a store: the limit is ${MAX_CHUNKS} cookies.`,
  })
}
