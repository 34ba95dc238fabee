import { GatewayError } from '../error.ts'
import type { Provider } from '../provider/provider.ts'
import { isDueForRefresh } from '../session/freshness.ts'
import type { Found, Sessions } from '../session/sessions.ts'
import type { Lease, Store } from '../store/store.ts'
import { isSameGrant } from './refreshed-grant.ts'
import type { Attempt, Renewed } from './renew-grant.ts'

/**
 * Renews a grant of a session in a store: one process at a time. Those that come too late take what the first has
 * won.
 */
export type LeasedRenewal = (found: Found, provider: Provider, attempt: LeasedAttempt) => Promise<Renewed>

/**
 * @param current the session as it is now that the lease is held
 * @param extend makes the lease last for another call; `false` when it has been lost
 */
export type LeasedAttempt = (current: Found, lease: Lease, extend: () => Promise<boolean>) => Promise<Attempt>

export interface LeasedRenewalOptions {
  readonly store: Store
  readonly sessions: Sessions
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  /** Takes on work that nobody waits for. */
  readonly track: (work: Promise<unknown>) => void
}

// Decision 15: the lease outlives the deadline of the call by this much.
const LEASE_MARGIN = 5_000
const FIRST_POLL = 25
const LAST_POLL = 250

export function createLeasedRenewal({ store, sessions, now, wait, track }: LeasedRenewalOptions): LeasedRenewal {
  /** What somebody else has made of the grant in the meantime. */
  const othersResult = (current: Found | undefined, found: Found, provider: string): Renewed | undefined => {
    if (current === undefined) return { type: 'ended' }
    const grant = current.session.grants[provider]
    if (grant === undefined || isSameGrant(grant, found.session.grants[provider])) return undefined
    return isDueForRefresh(grant, now()) ? undefined : { type: 'renewed', grant }
  }

  const holding = async (
    lease: Lease,
    extend: () => Promise<boolean>,
    found: Found,
    provider: string,
    attempt: LeasedAttempt,
  ): Promise<Attempt | undefined> => {
    const current = await sessions.reload(found)
    const renewed = othersResult(current, found, provider)
    if (renewed !== undefined) return { renewed, finished: Promise.resolve() }
    // Right before the token is presented: a process that was held up must not present it after its successor.
    return current !== undefined && (await extend()) ? attempt(current, lease, extend) : undefined
  }

  return async (found, provider, attempt) => {
    const { id, timeout } = provider
    const key = found.record?.handle.key
    if (key === undefined) return { type: 'ended' }
    const time = timeout * 1000 + LEASE_MARGIN
    // A holder that died keeps its lease until it runs out: wait for that long, and a call of our own.
    const until = now() + time + LEASE_MARGIN
    for (let poll = FIRST_POLL; ; poll = Math.min(2 * poll, LAST_POLL)) {
      const lease = await store.lease(key, `refresh.${id}`, time)
      if (lease === undefined) {
        const renewed = othersResult(await sessions.reload(found), found, id)
        if (renewed !== undefined) return renewed
      } else {
        const held = holding(lease, () => store.extend(key, lease, time), found, id, attempt)
        const release = (): Promise<void> => store.release(key, lease)
        track(held.then((done) => done?.finished).then(release, release))
        const done = await held
        if (done !== undefined) return done.renewed
      }
      if (now() >= until) throw new GatewayError('provider_timeout', { provider: id, retryAfter: 1 })
      await wait(poll + (now() % FIRST_POLL))
    }
  }
}
