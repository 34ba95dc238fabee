import { GatewayError } from '../error.ts'
import { isDueForRefresh, isExpired } from '../session/freshness.ts'
import type { Grant, Session } from '../session/session.ts'
import type { Found, Sessions } from '../session/sessions.ts'
import { isSameGrant, withGrant } from './refreshed-grant.ts'
import type { GrantRenewal } from './renew-grant.ts'
import { createRenewalFlights, type RenewalFlight } from './renewal-flights.ts'

/** Keeps the access tokens of sessions usable. */
export interface Refresher {
  /**
   * The session with a grant of `provider` whose token can be used now, renewed if that was due. `undefined`: the
   * session has ended, because its grant is dead, or because it was ended meanwhile.
   *
   * Rejects with what stood in the way when the token has expired and could not be renewed for the moment, with
   * `sign_in_required` when nothing can renew it, and with `response_begun` when it is too late for that.
   */
  freshen(found: Found, provider: string, occasion?: Occasion): Promise<Found | undefined>
  /** The session with those of its grants that this process has renewed lately. */
  latest(session: Session): Session
  /**
   * The session with the newest grants that this process has won for it: what its cookie may hold. `undefined` where it
   * has won newer ones than these and no longer knows them.
   */
  upToDate(session: Session): Session | undefined
  /** Whether a grant of the session is being renewed. */
  isRenewing(session: Session): boolean
  /** Begins no more, and resolves when every refresh under way has settled. */
  close(): Promise<void>
}

export interface Occasion {
  /** An access token that an upstream has refused: it counts as expired. */
  readonly refused?: string | undefined
  /** Nothing can be sent to the browser any more that would have to be: no refresh token is presented. */
  readonly isTooLate?: boolean | undefined
}

export interface RefresherOptions {
  readonly sessions: Sessions
  readonly renewal: GrantRenewal
  readonly now: () => number
  /** What the work comes to, or `undefined` when it takes longer. */
  readonly within: <Result>(work: Promise<Result>, milliseconds: number) => Promise<Result | undefined>
}

// With a token that still works nobody waits longer for a slow provider: the next request finds what came of it. A
// session that lives in its cookie has to wait, because only this response can take it to the browser.
const PATIENCE = 2_000
// Renewals that one process remembers of one grant: more than fit into the time it remembers them.
const MAX_STEPS = 100

/** Whether the token has to be replaced now, should be soon, or serves as it is. */
type Need = 'now' | 'soon' | 'none'

export function createRefresher({ sessions, renewal, now, within }: RefresherOptions): Refresher {
  const flights = createRenewalFlights(renewal.renew, now)
  let isClosed = false

  const needOf = (session: Session, provider: string, grant: Grant, refused: string | undefined): Need => {
    if (isExpired(grant, now())) return 'now'
    // A token that was just won is not replaced by another because an API does not like it.
    if (grant.accessToken === refused && !flights.isFresh(session, provider)) return 'now'
    return isDueForRefresh(grant, now()) ? 'soon' : 'none'
  }

  /** A new renewal; `undefined` where none may begin and the token still serves. */
  const begin = (found: Found, provider: string, need: Need, isTooLate = false): RenewalFlight | undefined => {
    if (!isTooLate && !isClosed) return flights.begin(found, provider)
    if (need === 'soon') return undefined
    // What is won while the gateway closes may find no store any more to be kept in.
    throw isTooLate
      ? new GatewayError('response_begun', { provider })
      : new GatewayError('gateway_closed', { provider, retryAfter: 1 })
  }

  /** The session after a renewal. Where the store has something newer, or not yet what was won, that counts. */
  const land = async (found: Found, provider: string, flight: RenewalFlight): Promise<Found | undefined> => {
    const renewed = await flight.outcome
    const current = renewed.type === 'ended' ? undefined : await reloaded(found)
    if (renewed.type === 'ended' || current === undefined) return undefined
    const { session } = current
    if (!isSameGrant(session.grants[provider], found.session.grants[provider])) return current
    // A handle stays the same; what lives in the cookie has changed with it.
    const stale = current.stale || current.record === undefined
    return { ...current, session: withGrant(session, provider, renewed.grant), stale }
  }

  const latest = (session: Session): Session => {
    let current = session
    for (const provider of Object.keys(session.grants)) {
      for (let step = 0; step < MAX_STEPS; step += 1) {
        const grant = flights.successorOf(current, provider)
        if (grant === undefined) break
        current = withGrant(current, provider, grant)
      }
    }
    return current
  }

  return {
    async freshen(found, provider, { refused, isTooLate } = {}) {
      let current = found
      for (let step = 0; step < MAX_STEPS; step += 1) {
        const grant = current.session.grants[provider]
        if (grant === undefined) throw new GatewayError('sign_in_required', { provider })
        const need = needOf(current.session, provider, grant, refused)
        if (need === 'none' || (need === 'soon' && grant.refreshToken === undefined)) return current
        if (grant.refreshToken === undefined) throw new GatewayError('sign_in_required', { provider })
        const flight = flights.known(current.session, provider) ?? begin(current, provider, need, isTooLate)
        if (flight === undefined) return current
        const landed = land(current, provider, flight)
        const next = need === 'now' ? await landed : await servingMeanwhile(landed, current)
        if (next === undefined || next === current || !flight.isRemembered) return next
        // It was renewed a while ago, and may be due again.
        current = next
      }
      return current
    },
    latest,
    upToDate(session) {
      const current = latest(session)
      const isOvertaken = Object.keys(current.grants).some((provider) => flights.isOvertaken(current, provider))
      return isOvertaken ? undefined : current
    },
    isRenewing: (session) => Object.keys(session.grants).some((provider) => flights.isUnderWay(session, provider)),
    async close() {
      isClosed = true
      await flights.drain()
      await renewal.drain()
    },
  }

  /** A store that cannot be reached knows nothing better than the request does, whose token was won already. */
  async function reloaded(found: Found): Promise<Found | undefined> {
    try {
      return await sessions.reload(found)
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'store_unavailable') return found
      throw error
    }
  }

  /** A token that still works serves through an outage. */
  async function servingMeanwhile(landed: Promise<Found | undefined>, current: Found): Promise<Found | undefined> {
    try {
      if (current.record === undefined) return await landed
      const landing = await within(
        landed.then((next) => ({ next })),
        PATIENCE,
      )
      return landing === undefined ? current : landing.next
    } catch {
      return current
    }
  }
}
