/**
 * Sessions that this process has ended, until their cookies would have expired anyway: what keeps a slow response
 * from handing one back to the browser. A sealed session lives there, so for those it is also what keeps a copy of
 * the cookie from bringing one back here.
 */
export interface EndedSessions {
  /** @param until milliseconds since the epoch */
  add(id: string, until: number): void
  has(id: string): boolean
}

const MAX_ENTRIES = 100_000

/** Bounded: beyond a hundred thousand the oldest make room. Only real sessions get in, so strangers cannot fill it. */
export function createEndedSessions(now: () => number): EndedSessions {
  const ended = new Map<string, number>()
  return {
    add(id, until) {
      forgetExpired(ended, now())
      ended.set(id, until)
    },
    has: (id) => ended.size > 0 && ended.has(id),
  }
}

/** Entries are in order of insertion; those at the front are the first to go. */
function forgetExpired(ended: Map<string, number>, now: number): void {
  for (const [id, until] of ended) {
    if (until > now && ended.size < MAX_ENTRIES) return
    ended.delete(id)
  }
}
