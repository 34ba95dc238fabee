import { hash } from 'node:crypto'
import type { LogoutToken } from '../protocol/protocol.ts'
import type { Session } from '../session/session.ts'
import type { Store } from '../store/store.ts'

/**
 * Logout tokens of a provider, as far as they matter later: each counts once, and ends sign-ins that were under
 * way when it came.
 *
 * @see https://openid.net/specs/openid-connect-backchannel-1_0.html
 */
export interface LogoutNotices {
  /**
   * Ends the sessions of a token, and what that comes to; `undefined` for a token that has ended them before, which
   * does not end those that began since. One whose sessions could not be ended has not been seen: its next delivery
   * ends them.
   */
  once<Ended>(provider: string, token: LogoutToken, end: () => Promise<Ended>): Promise<Ended | undefined>
  /**
   * Whether the provider ended a session before it was known here: its sign-in was under way when the notice came.
   *
   * @param startedAt when the sign-in started, milliseconds since the epoch
   */
  concerns(session: Session, startedAt: number): Promise<boolean>
}

export interface LogoutNoticesOptions {
  readonly store: Store
  /** Milliseconds: as long as a sign-in may take. */
  readonly transactionLifetime: number
  readonly now: () => number
}

const SKEW = 60_000

export function createLogoutNotices({ store, transactionLifetime, now }: LogoutNoticesOptions): LogoutNotices {
  const mark = async (key: string, at: number): Promise<void> => {
    await store.delete(key)
    await store.put(key, { value: String(at), expiresIn: transactionLifetime + SKEW, indexes: [] }, { type: 'absent' })
  }

  return {
    async once(provider, { jti, sid, subject, expiresAt }, end) {
      const seen = noticeKey('jti', provider, jti)
      if ((await store.get(seen)) !== undefined) return undefined
      // Before they are ended: a sign-in that is not there yet finds it.
      if (sid !== undefined) await mark(noticeKey('sid', provider, sid), now())
      if (subject !== undefined) await mark(noticeKey(sid === undefined ? 'sub' : 'nameless', provider, subject), now())
      const ended = await end()
      const expiresIn = Math.max(expiresAt - now(), 0) + SKEW
      await store.put(seen, { value: '1', expiresIn, indexes: [] }, { type: 'absent' })
      return ended
    },
    async concerns({ provider, sid, subject, sub = subject }, startedAt) {
      const keys = [
        noticeKey('sub', provider, sub),
        // A token that names a session may mean one of its user's that has no name.
        sid === undefined ? noticeKey('nameless', provider, sub) : noticeKey('sid', provider, sid),
      ]
      const notices = await Promise.all(keys.map((key) => store.get(key)))
      // A notice ends what began before it, and not the sign-in that follows it: a provider may use a `sid` again.
      return notices.some((notice) => notice !== undefined && startedAt <= Number(notice.value))
    },
  }
}

function noticeKey(kind: 'jti' | 'sid' | 'sub' | 'nameless', provider: string, value: string): string {
  return `notice.${kind}.${hash('sha256', `${provider.length}:${provider}:${value}`, 'base64url')}`
}
