import type { GatewayError } from '../error.ts'

/**
 * Keeps a provider that refuses this application from being asked again for every session: the operator has to
 * act, and nothing the users do helps. Open, it lets one probe through every five seconds.
 */
export interface RefusalBreaker {
  /** Throws what the provider answered last while it need not be asked again. */
  check(provider: string): void
  /** The provider refused the application, when it was asked for this session. */
  refused(provider: string, session: string, error: GatewayError): void
  /** The provider took the application's credentials. */
  accepted(provider: string): void
}

interface Refusals {
  readonly sessions: ReadonlySet<string>
  readonly error: GatewayError
  /** Milliseconds since the epoch. */
  readonly probedAt: number
}

// What is wrong with one session only must not keep the others from being refreshed.
const THRESHOLD = 3
// Decision 15: a probe at least this often.
const PROBE_INTERVAL = 5_000

export function createRefusalBreaker(now: () => number): RefusalBreaker {
  const refusals = new Map<string, Refusals>()
  return {
    check(provider) {
      const known = refusals.get(provider)
      if (known === undefined || known.sessions.size < THRESHOLD) return
      // By its amount: a clock that was set back must not keep the breaker open.
      if (Math.abs(now() - known.probedAt) < PROBE_INTERVAL) throw known.error
      refusals.set(provider, { ...known, probedAt: now() })
    },
    refused(provider, session, error) {
      const sessions = new Set(refusals.get(provider)?.sessions)
      if (sessions.size < THRESHOLD) sessions.add(session)
      refusals.set(provider, { sessions, error, probedAt: now() })
    },
    accepted: (provider) => void refusals.delete(provider),
  }
}
