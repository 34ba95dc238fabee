import { fingerprint } from '../crypto/digest.ts'
import type { Grant, Session } from '../session/session.ts'
import type { Found } from '../session/sessions.ts'
import type { GrantRenewal, Renewed } from './renew-grant.ts'

/**
 * One renewal of a grant at a time, and a memory of what came of it: for requests that set out before, and so that
 * a failure is not repeated at once. A renewal is of one session, provider and grant; no other session can get it.
 */
export interface RenewalFlights {
  /** The renewal that is under way or was lately: whoever finds one joins it. */
  known(session: Session, provider: string): RenewalFlight | undefined
  /** A new renewal, where none is known. */
  begin(found: Found, provider: string): RenewalFlight
  /** What this grant was replaced with, as far as that is remembered. */
  successorOf(session: Session, provider: string): Grant | undefined
  /** Whether this grant is being renewed. */
  isUnderWay(session: Session, provider: string): boolean
  /** Whether this session has a grant here that was won later, though what it is may be forgotten by now. */
  isOvertaken(session: Session, provider: string): boolean
  /** Whether this grant came of a renewal only a moment ago. */
  isFresh(session: Session, provider: string): boolean
  /** Resolves when every renewal under way has settled. */
  drain(): Promise<void>
}

export interface RenewalFlight {
  readonly outcome: Promise<Renewed>
  /** It was over before anybody asked: time may have passed since. */
  readonly isRemembered: boolean
}

// How long a renewed session answers for requests that still hold the cookie of before.
const SUCCESSOR_LIFETIME = 60_000
// Decision 15: a cool-down lets a probe through after at most five seconds.
const COOL_DOWN = 2_000
const FRESHNESS = 5_000
const MAX_REMEMBERED = 10_000

interface Flight {
  readonly outcome: Promise<Renewed>
  settled?: { readonly at: number; readonly renewed: Renewed | undefined }
}

export function createRenewalFlights(renew: GrantRenewal['renew'], now: () => number): RenewalFlights {
  const flights = new Map<string, Flight>()
  const won = new Map<string, number>()
  // When the newest grant of each session was received.
  const newest = new Map<string, number>()

  const find = (session: Session, provider: string): Flight | undefined => {
    const flight = flights.get(keyOf(session, provider, session.grants[provider]))
    return flight !== undefined && isKept(flight, now()) ? flight : undefined
  }

  const known: RenewalFlights['known'] = (session, provider) => {
    const flight = find(session, provider)
    return flight && { outcome: flight.outcome, isRemembered: flight.settled !== undefined }
  }

  return {
    known,
    begin(found, provider) {
      forget(flights, (flight) => !isKept(flight, now()))
      forget(won, (at) => !isWithin(at, FRESHNESS, now()))
      forget(newest, () => false)
      const flight: Flight = { outcome: renew(found, provider) }
      const settle = (renewed: Renewed | undefined): void => {
        flight.settled = { at: now(), renewed }
        if (renewed?.type !== 'renewed') return
        remember(won, keyOf(found.session, provider, renewed.grant), now())
        remember(newest, placeOf(found.session, provider), renewed.grant.receivedAt)
      }
      flight.outcome.then(settle, () => settle(undefined))
      remember(flights, keyOf(found.session, provider, found.session.grants[provider]), flight)
      return { outcome: flight.outcome, isRemembered: false }
    },
    successorOf(session, provider) {
      const renewed = find(session, provider)?.settled?.renewed
      return renewed?.type === 'renewed' ? renewed.grant : undefined
    },
    isUnderWay(session, provider) {
      const flight = find(session, provider)
      return flight !== undefined && flight.settled === undefined
    },
    isOvertaken(session, provider) {
      const receivedAt = newest.get(placeOf(session, provider))
      return receivedAt !== undefined && receivedAt > (session.grants[provider]?.receivedAt ?? receivedAt)
    },
    isFresh(session, provider) {
      const at = won.get(keyOf(session, provider, session.grants[provider]))
      return at !== undefined && isWithin(at, FRESHNESS, now())
    },
    async drain() {
      await Promise.allSettled([...flights.values()].map(({ outcome }) => outcome))
    },
  }
}

/** A refresh token may stay the same: when the grant was received tells it from the one before. */
function keyOf(session: Session, provider: string, grant: Grant | undefined): string {
  return `${placeOf(session, provider)}.${grant?.receivedAt}.${fingerprint(`${grant?.refreshToken} ${grant?.accessToken}`)}`
}

function placeOf({ id }: Session, provider: string): string {
  return `${id}.${provider}`
}

function isKept({ settled }: Flight, now: number): boolean {
  if (settled === undefined) return true
  return isWithin(settled.at, settled.renewed === undefined ? COOL_DOWN : SUCCESSOR_LIFETIME, now)
}

/** Either way: a clock that was set back must not make anything last. */
function isWithin(at: number, milliseconds: number, now: number): boolean {
  return Math.abs(now - at) < milliseconds
}

/** Puts an entry last, where the youngest are. */
function remember<Value>(entries: Map<string, Value>, key: string, value: Value): void {
  entries.delete(key)
  entries.set(key, value)
}

/** The oldest go first: those that are over, and when there are too many any that nobody waits for. */
function forget<Value extends Flight | number>(entries: Map<string, Value>, isOver: (value: Value) => boolean): void {
  for (const [key, value] of entries) {
    if (!isOver(value) && entries.size < MAX_REMEMBERED) return
    if (typeof value === 'number' || value.settled !== undefined) entries.delete(key)
  }
}
