import { fingerprint } from '../crypto/digest.ts'
import { GatewayError } from '../error.ts'
import { isDueForRefresh, isExpired } from '../session/freshness.ts'
import type { Found, Sessions } from '../session/sessions.ts'
import type { Refreshed, RenewGrant } from './renew-grant.ts'

/** Keeps the access tokens of sessions usable. */
export interface Refresher {
  /**
   * The session with a grant of `provider` whose token can be used now, renewed if that was due. `undefined`: the
   * session has ended, because its grant is dead.
   *
   * Rejects with what stood in the way when the token has expired and could not be renewed for the moment, and
   * with `sign_in_required` when nothing can renew it.
   *
   * @param refused an access token that an upstream has refused: it counts as expired
   */
  freshen(found: Found, provider: string, refused?: string): Promise<Found | undefined>
  /** Resolves when every refresh under way has settled. */
  drain(): Promise<void>
}

export interface RefresherOptions {
  readonly sessions: Sessions
  readonly renew: RenewGrant
  readonly now: () => number
}

// How long a refreshed session answers for requests that still hold the cookie of before.
const SUCCESSOR_LIFETIME = 60_000
// Decision 15: a cool-down lets a probe through after at most this long.
const COOL_DOWN = 2_000
const MAX_REMEMBERED = 10_000

interface Flight {
  readonly outcome: Promise<Refreshed>
  until: number
}

/**
 * One flight for a session, provider and refresh token: however many requests find it due at once, the token is
 * presented once and all share what came of it. The outcome is remembered for a while, for requests that set out
 * before it.
 */
export function createRefresher({ sessions, renew, now }: RefresherOptions): Refresher {
  const flights = new Map<string, Flight>()

  const begin = (key: string, found: Found, provider: string): Flight => {
    const flight: Flight = { outcome: renew(found, provider), until: Number.POSITIVE_INFINITY }
    const settle = (lifetime: number) => () => {
      flight.until = now() + lifetime
    }
    flight.outcome.then(settle(SUCCESSOR_LIFETIME), settle(COOL_DOWN))
    flights.set(key, flight)
    return flight
  }

  const join = (found: Found, provider: string, refreshToken: string): Promise<Refreshed> => {
    forgetSettled(flights, now())
    const key = `${found.session.id}.${provider}.${fingerprint(refreshToken)}`
    const flight = flights.get(key)
    return (flight !== undefined && flight.until > now() ? flight : begin(key, found, provider)).outcome
  }

  const renewed = async (found: Found, provider: string, refreshToken: string): Promise<Found | undefined> => {
    const refreshed = await join(found, provider, refreshToken)
    if (refreshed.type === 'ended') {
      await sessions.end(found)
      return undefined
    }
    return sessions.reload(refreshed.found)
  }

  return {
    async freshen(found, provider, refused) {
      const grant = found.session.grants[provider]
      if (grant === undefined) throw new GatewayError('sign_in_required', { provider })
      const isUnusable = isExpired(grant, now()) || grant.accessToken === refused
      if (!isUnusable && !isDueForRefresh(grant, now())) return found
      if (grant.refreshToken === undefined) {
        if (isUnusable) throw new GatewayError('sign_in_required', { provider })
        return found
      }
      try {
        return await renewed(found, provider, grant.refreshToken)
      } catch (error) {
        // A token that still works serves through an outage.
        if (isUnusable) throw error
        return found
      }
    },
    async drain() {
      await Promise.allSettled([...flights.values()].map(({ outcome }) => outcome))
    },
  }
}

/** Entries are in order of insertion; those at the front settled first. */
function forgetSettled(flights: Map<string, Flight>, now: number): void {
  for (const [key, { until }] of flights) {
    if (until > now && flights.size < MAX_REMEMBERED) return
    if (until !== Number.POSITIVE_INFINITY) flights.delete(key)
  }
}
