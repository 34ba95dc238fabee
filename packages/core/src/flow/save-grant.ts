import { GatewayError } from '../error.ts'
import type { Grant } from '../session/session.ts'
import type { Found, Sessions } from '../session/sessions.ts'
import type { Lease } from '../store/store.ts'
import { withGrant } from './refreshed-grant.ts'

/** What became of a grant that was to be put into a session. */
export interface Saved {
  /** `overtaken`: somebody else was given the lease, and their word counts. `ended`: the session was, meanwhile. */
  readonly type: 'saved' | 'overtaken' | 'ended'
}

export interface SaveGrantOptions {
  readonly sessions: Sessions
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
}

// A store remembers a fence for at least a minute after its lease: so long, a late write still has a chance.
const PERSISTENCE = 60_000
const RETRY_AFTER = 200
const MAX_ATTEMPTS = 300

/**
 * Puts a refreshed grant into its session. The token it came of is spent, so a store that cannot be reached just now
 * is asked again and again, as long as it may still take the answer. Rejects with `store_unavailable` after that, and
 * with `session_too_large`.
 */
export async function saveGrant(
  found: Found,
  provider: string,
  grant: Grant,
  lease: Lease | undefined,
  { sessions, now, wait }: SaveGrantOptions,
): Promise<Saved> {
  const until = now() + PERSISTENCE
  for (let attempt = 1; ; attempt += 1) {
    try {
      const written = await sessions.change(found, (session) => withGrant(session, provider, grant), lease)
      if (written !== undefined) return { type: 'saved' }
      return { type: (await sessions.reload(found)) === undefined ? 'ended' : 'overtaken' }
    } catch (error) {
      const isOutage = error instanceof GatewayError && error.code === 'store_unavailable'
      if (!isOutage || attempt >= MAX_ATTEMPTS || now() >= until) throw error
      await wait(RETRY_AFTER)
    }
  }
}
