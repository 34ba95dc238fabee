import type { Cookie } from '../http/cookie.ts'
import type { Lease } from '../store/store.ts'
import type { FormerSession } from './former.ts'
import type { Handle } from './handle.ts'
import type { Session } from './session.ts'

/** A live session, and what its keeper needs to write it again. */
export interface Found {
  readonly session: Session
  /** The browser's cookie is out of date: sealed by an older key, or of a session that has changed since. */
  readonly stale: boolean
  /** Where the record lies; absent for a session that lives in its cookie. */
  readonly record?: FoundRecord | undefined
}

export interface FoundRecord {
  readonly handle: Handle
  readonly version: number
  /** An older key sealed what the server itself reads of it: it is to be written anew while that key is still known. */
  readonly isOutdated: boolean
}

/**
 * Where sessions are kept: in the browser, or in a store. Both answer at once where they can, so that a request
 * with a sealed session never waits. What a store cannot do in time rejects with `store_unavailable`.
 */
export interface Sessions {
  /** The session of a cookie header, if it has exactly one that is alive. */
  read(header: string | undefined): MaybePromise<Found | undefined>
  /**
   * Every live session that a cookie header shows, though it be ambiguous: to be ended. None of them is believed where
   * there are several.
   */
  readAll(header: string | undefined): MaybePromise<readonly Found[]>
  /** The session as it is now; `undefined` when it has ended. */
  reload(found: Found): MaybePromise<Found | undefined>
  /** Begins a session: the cookies that carry it. Throws `session_too_large`. */
  create(session: Session, header: string | undefined): MaybePromise<readonly Cookie[]>
  /**
   * Changes a session that is still alive; `undefined` when it has ended meanwhile, which no change undoes. With a
   * lease, only as long as nobody else was given it. A change that gives back the session it was given is none.
   * Throws `session_too_large`.
   */
  change(found: Found, change: (session: Session) => Session, lease?: Lease): MaybePromise<Found | undefined>
  /**
   * Records activity, where the record holds the time of it. Usually there is nothing to do. `undefined` when the
   * session has ended meanwhile.
   */
  touch(found: Found): MaybePromise<Found | undefined>
  /**
   * Whether the browser should be told: its cookie is out of date, or it is the cookie that records activity.
   *
   * @param at when the session was read
   */
  isDue(found: Found, at: number): boolean
  /** Cookies that bring the browser up to date; none when the session has ended. */
  cookies(found: Found, header: string | undefined): readonly Cookie[]
  /**
   * Ends the session: nothing that is done with it afterwards brings it back. The session as it was in the end;
   * `undefined` when it had ended already.
   */
  end(found: Found): MaybePromise<Session | undefined>
  /** Ends a session of which only this is known. Whether it had not ended already. */
  endFormer(former: FormerSession): MaybePromise<boolean>
  /** Makes the browser forget whatever session it holds. */
  clear(header: string | undefined): readonly Cookie[]
}

export type MaybePromise<T> = T | Promise<T>

/** Each session once, however many cookies show it. */
export function distinct(all: readonly Found[]): readonly Found[] {
  return [...new Map(all.map((found) => [found.session.id, found])).values()]
}
