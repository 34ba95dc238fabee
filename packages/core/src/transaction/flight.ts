/**
 * Sign-ins whose callback has arrived in this process. Each is carried out once: a second delivery while the
 * first is under way shares its outcome, and a later one learns that it was used.
 */
export interface Flights<Outcome> {
  /** What became of the transaction, if its callback has arrived. */
  find(state: string): Flight<Outcome> | undefined
  /**
   * Marks the transaction as used, before anything is sent, and runs its exchange.
   *
   * @param until milliseconds since the epoch: when its cookie no longer counts and it can be forgotten
   */
  begin(state: string, begun: BegunFlight, until: number, run: () => Promise<Outcome>): Promise<Outcome>
  /** Resolves when every exchange under way has settled. */
  drain(): Promise<void>
}

export interface BegunFlight {
  /** The code it was begun with: another code for the same state is not a duplicate but an attack. */
  readonly code: string | undefined
  readonly returnTo: string | undefined
}

export interface Flight<Outcome> extends BegunFlight {
  readonly until: number
  /** Absent once it has settled. */
  readonly outcome: Promise<Outcome> | undefined
}

const MAX_REMEMBERED = 50_000

/** Bounded: beyond fifty thousand the oldest make room. Only states of our own sealed cookies get in. */
export function createFlights<Outcome>(now: () => number): Flights<Outcome> {
  const flights = new Map<string, Flight<Outcome>>()

  return {
    find: (state) => flights.get(state),
    begin(state, begun, until, run) {
      forgetExpired(flights, now())
      const outcome = run().finally(() => {
        // The code is spent and must not stay in memory.
        flights.set(state, { code: undefined, returnTo: begun.returnTo, until, outcome: undefined })
      })
      flights.set(state, { ...begun, until, outcome })
      return outcome
    },
    async drain() {
      const underWay = () => [...flights.values()].flatMap(({ outcome }) => outcome ?? [])
      // Until there is none: others may arrive while these are waited for.
      for (let waiting = underWay(); waiting.length > 0; waiting = underWay()) await Promise.allSettled(waiting)
    },
  }
}

/** Entries are in order of insertion; of those that have settled, the first are the first to go. */
function forgetExpired<Outcome>(flights: Map<string, Flight<Outcome>>, now: number): void {
  for (const [state, { until, outcome }] of flights) {
    // An exchange that hangs must not keep the others in memory.
    if (outcome !== undefined) continue
    if (until > now && flights.size < MAX_REMEMBERED) return
    flights.delete(state)
  }
}
