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
  /** `false` for a token that was seen before. */
  record(provider: string, token: LogoutToken): Promise<boolean>
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
    async record(provider, { jti, sid, subject, expiresAt }) {
      const expiresIn = Math.max(expiresAt - now(), 0) + SKEW
      const seen = { value: '1', expiresIn, indexes: [] }
      const { stored } = await store.put(noticeKey('jti', provider, jti), seen, { type: 'absent' })
      if (!stored) return false
      if (sid !== undefined) await mark(noticeKey('sid', provider, sid), now())
      else if (subject !== undefined) await mark(noticeKey('sub', provider, subject), now())
      return true
    },
    async concerns({ provider, sid, subject }, startedAt) {
      const keys = [
        noticeKey('sub', provider, subject),
        ...(sid === undefined ? [] : [noticeKey('sid', provider, sid)]),
      ]
      const notices = await Promise.all(keys.map((key) => store.get(key)))
      // A notice ends what began before it, and not the sign-in that follows it: a provider may use a `sid` again.
      return notices.some((notice) => notice !== undefined && startedAt <= Number(notice.value))
    },
  }
}

function noticeKey(kind: string, provider: string, value: string): string {
  return `notice.${kind}.${hash('sha256', `${provider.length}:${provider}:${value}`, 'base64url')}`
}
