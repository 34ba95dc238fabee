import type { Keyring } from '../crypto/keyring.ts'
import { open, seal } from '../crypto/seal.ts'
import { GatewayError } from '../error.ts'
import type { Cookie } from '../http/cookie.ts'
import type { PutCondition, Store, StoredRecord } from '../store/store.ts'
import { bury } from './bury.ts'
import { createEndedSessions } from './ended.ts'
import { createHandle, type Handle, handleOfSealed, parseHandle } from './handle.ts'
import { endOf, type Lifetimes, lastMomentOf, touchIsDue } from './lifetime.ts'
import { type Memo, placeOf } from './memo.ts'
import type { OnlineTokens } from './online-token.ts'
import { decodeRecord, encodeRecord, isOutdated } from './record.ts'
import type { SealedSessions } from './sealed.ts'
import type { Grant, Session } from './session.ts'
import type { SessionCookie } from './session-cookie.ts'
import { indexesOf } from './session-index.ts'
import { distinct, type Found, type MaybePromise, type Sessions } from './sessions.ts'

export interface StoredSessionsOptions {
  readonly store: Store
  readonly cookieName: string
  readonly cookie: SessionCookie
  /** Seals handles, so that a forged one costs no look-up. */
  readonly handles: Keyring
  readonly summaries: Keyring
  readonly onlineTokens: Pick<OnlineTokens, 'seal'>
  readonly lifetimes: Lifetimes
  readonly handleMemo: Memo<string, OpenedHandle>
  /** By key and version. */
  readonly recordMemo: Memo<number, OpenedRecord>
  /** Opens sessions that were sealed in cookies before there was a store: they move into it. */
  readonly sealed: SealedSessions
  /** Whether such a session ended before it was in the store, as far as anybody remembers; then it has ended there too. */
  readonly hasEnded: (session: Session) => Promise<boolean>
  readonly now: () => number
}

export interface OpenedRecord {
  readonly session: Session
  /** An older key than the newest sealed its summary. */
  readonly isOutdated: boolean
}

export interface OpenedHandle {
  readonly handle: Handle
  readonly stale: boolean
}

const MAX_ATTEMPTS = 8

/** Sessions that live in a store. The browser holds a handle, sealed. */
export function createStoredSessions(options: StoredSessionsOptions): Sessions {
  const { store, cookie, lifetimes, now } = options
  // By key. A response that was under way when its session ended must not give the browser its cookie back.
  const ended = createEndedSessions(now)

  const read = (header: string | undefined): MaybePromise<Found | undefined> => {
    const texts = cookie.read(header)
    const opened = texts.flatMap((sealed) => openHandle(sealed, options) ?? [])
    // Two handles that open are one too many: nothing tells which is the user's.
    if (texts.length === 0 || opened.length > 1) return undefined
    const [first] = opened
    if (first !== undefined) return load(first.handle, first.stale)
    const sealed = options.sealed.read(header)
    return sealed && adopt(sealed)
  }

  const load = async (handle: Handle, stale: boolean): Promise<Found | undefined> => {
    const record = await store.get(handle.key)
    return record === undefined ? undefined : foundIn(record, handle, stale)
  }

  const foundIn = (record: StoredRecord, handle: Handle, stale: boolean): Found | undefined => {
    const opened = openRecord(record, handle, options)
    if (opened === undefined || endOf(opened.session, lifetimes) <= now()) return undefined
    const { session, isOutdated } = opened
    return { session, stale, record: { handle, version: record.version, isOutdated } }
  }

  const put = async (
    session: Session,
    { handle, stale }: OpenedHandle,
    condition: PutCondition,
  ): Promise<Found | undefined> => {
    const companion = options.onlineTokens.seal(session, handle.key)
    const value = encodeRecord(session, handle, options.summaries, companion)
    const expiresIn = endOf(session, lifetimes) - now()
    const result = await store.put(handle.key, { value, expiresIn, indexes: indexesOf(session) }, condition)
    return result.stored
      ? { session, stale, record: { handle, version: result.version, isOutdated: false } }
      : undefined
  }

  /** A session from before there was a store moves into it, once, wherever and however often it shows up. */
  const adopt = async (sealed: Found): Promise<Found | undefined> => {
    const handle = handleOfSealed(sealed.session.id)
    const moved = await put(sealed.session, { handle, stale: true }, { type: 'absent' })
    if (moved !== undefined && (await options.hasEnded(moved.session))) return undefined
    const found = moved ?? (await load(handle, true))
    // A process without the store may have renewed it after another had moved it.
    return found && change(found, (session) => withNewerGrants(session, sealed.session))
  }

  const change: Sessions['change'] = async (found, change, lease) => {
    let current: Found | undefined = found
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      if (current?.record === undefined) return undefined
      const { record, stale } = current
      const { handle, version } = record
      const changed = change(current.session)
      if (changed === current.session) return current
      const condition: PutCondition =
        lease === undefined ? { type: 'version', version } : { type: 'lease', version, lease }
      const written: Found | undefined = await put(changed, { handle, stale }, condition)
      if (written !== undefined) return written
      // Somebody else wrote in between: the change is made again to what they wrote, if it is still there.
      current = await load(handle, stale)
      if (lease !== undefined && current?.record?.version === version) return undefined
    }
    throw new GatewayError('store_unavailable', { retryAfter: 1 })
  }

  const carry = (handle: Handle, session: Session, header: string | undefined): readonly Cookie[] => {
    const sealed = seal(options.handles, options.cookieName, handle.text)
    // For as long as activity can make it last: then none of it has to tell the browser.
    const cookies = cookie.write(sealed, lastMomentOf(session, lifetimes) - now(), header)
    if (cookies === undefined) throw new GatewayError('session_too_large')
    return cookies
  }

  const takeAway = ({ key, adopted }: Handle, signedInAt: number): Promise<StoredRecord | undefined> => {
    const until = signedInAt + lifetimes.absolute
    ended.add(key, until)
    return adopted ? bury(store, key, until - now()) : store.take(key)
  }

  return {
    read,
    async readAll(header) {
      const handles = cookie.readAny(header).flatMap((sealed) => openHandle(sealed, options) ?? [])
      const all = await Promise.all([
        ...handles.map(({ handle, stale }) => load(handle, stale)),
        ...options.sealed.readAll(header).map(adopt),
      ])
      return distinct(all.filter((found) => found !== undefined))
    },
    change,
    reload: async ({ record, stale }) => (record === undefined ? undefined : load(record.handle, stale)),
    async create(session, header) {
      const handle = createHandle()
      const found = await put(session, { handle, stale: false }, { type: 'absent' })
      if (found === undefined) throw new GatewayError('store_unavailable', { retryAfter: 1 })
      return carry(handle, session, header)
    },
    touch(found) {
      const isDue = (session: Session): boolean =>
        touchIsDue(session, lifetimes, now()) || (found.record?.isOutdated === true && session === found.session)
      if (!isDue(found.session)) return found
      // Activity is written only onto a session that is still there: what was signed out stays signed out. Of many
      // requests that find it due, one writes.
      return change(found, (session) => (isDue(session) ? { ...session, touchedAt: now() } : session))
    },
    isDue: ({ stale }) => stale,
    cookies: ({ session, record }, header) =>
      record === undefined || ended.has(record.handle.key) ? [] : carry(record.handle, session, header),
    async end({ session, record }) {
      if (record === undefined) return undefined
      const last = await takeAway(record.handle, session.signedInAt)
      return last && openRecord(last, record.handle, options)?.session
    },
    endFormer: async ({ handle, signedInAt }) =>
      handle !== undefined && (await takeAway(parseHandle(handle), signedInAt)) !== undefined,
    clear: cookie.clear,
  }
}

/** The session with those grants of the other one that were received later. */
function withNewerGrants(session: Session, other: Session): Session {
  const isNewer = ([provider, { receivedAt }]: [string, Grant]): boolean => {
    const known = session.grants[provider]
    return known !== undefined && known.receivedAt < receivedAt
  }
  const newer = Object.entries(other.grants).filter(isNewer)
  return newer.length === 0 ? session : { ...session, grants: { ...session.grants, ...Object.fromEntries(newer) } }
}

function openHandle(
  sealed: string,
  { handleMemo, handles, cookieName }: StoredSessionsOptions,
): OpenedHandle | undefined {
  const place = placeOf(sealed)
  const known = handleMemo.recall(place, sealed)
  if (known !== undefined) return known
  const opened = open(handles, cookieName, sealed)
  if (opened === undefined) return undefined
  const handle = { handle: parseHandle(opened.octets.toString()), stale: !opened.current }
  handleMemo.remember(place, sealed, handle)
  return handle
}

function openRecord(
  record: StoredRecord,
  handle: Handle,
  { recordMemo, summaries }: StoredSessionsOptions,
): OpenedRecord | undefined {
  const known = recordMemo.recall(handle.key, record.version)
  if (known !== undefined) return known
  const session = decodeRecord(record.value, handle, summaries)
  if (session === undefined) return undefined
  const opened = { session, isOutdated: isOutdated(record.value, summaries) }
  recordMemo.remember(handle.key, record.version, opened)
  return opened
}
