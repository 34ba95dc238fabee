import { GatewayError } from '../error.ts'
import type { Cookie } from '../http/cookie.ts'
import type { SessionLimit } from '../options.ts'
import type { SessionDirectory } from '../session/directory.ts'
import type { Session } from '../session/session.ts'
import { subjectIndex } from '../session/session-index.ts'
import { publicId, type SessionSummary } from '../session/summary.ts'
import type { Lease, Store } from '../store/store.ts'

/** Keeps the number of a user's sessions down. */
export interface SessionLimiter {
  /**
   * Begins a session when there is room for it. Of one user it does so one at a time, in all processes: sign-ins that
   * were counted at the same moment would all find room. Throws `session_limit_reached`.
   *
   * @param replaced the session of this browser that makes way for the new one
   */
  begin(
    session: Session,
    replaced: Pick<Session, 'id'> | undefined,
    create: () => Promise<readonly Cookie[]>,
  ): Promise<{ readonly cookies: readonly Cookie[]; readonly ended: readonly SessionSummary[] }>
}

export interface SessionLimiterOptions {
  readonly limit: SessionLimit
  readonly store: Store
  readonly directory: SessionDirectory
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
}

const LEASE_NAME = 'limit'
// Longer than a few operations of a store take; a process that dies in between holds the others up for as long.
const LEASE = 5_000
const POLL = 25

export function createSessionLimiter({ limit, store, directory, now, wait }: SessionLimiterOptions): SessionLimiter {
  const { perUser, beyond } = limit

  const leaseOf = async (key: string): Promise<Lease> => {
    const until = now() + 2 * LEASE
    for (;;) {
      const lease = await store.lease(key, LEASE_NAME, LEASE)
      if (lease !== undefined) return lease
      if (now() >= until) throw new GatewayError('store_unavailable', { retryAfter: 1 })
      await wait(POLL)
    }
  }

  const makeRoom = async (
    { provider, subject }: Session,
    replaced: Pick<Session, 'id'> | undefined,
  ): Promise<readonly SessionSummary[]> => {
    const replacedId = replaced && publicId(replaced)
    const others = (await directory.list(provider, subject)).filter(({ id }) => id !== replacedId)
    if (others.length < perUser) return []
    if (beyond === 'refuse') throw new GatewayError('session_limit_reached', { provider })
    // The list begins with the one used last.
    const oldest = new Set(others.slice(perUser - 1).map(({ id }) => id))
    return directory.end(provider, subject, ({ id }) => oldest.has(id))
  }

  return {
    async begin(session, replaced, create) {
      const key = subjectIndex(session.provider, session.subject)
      const lease = await leaseOf(key)
      try {
        const ended = await makeRoom(session, replaced)
        return { ended, cookies: await create() }
      } finally {
        // What is not given back runs out.
        await store.release(key, lease).catch(() => undefined)
      }
    },
  }
}
