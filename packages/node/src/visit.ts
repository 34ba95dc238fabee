import type { IncomingMessage } from 'node:http'
import type { Auth, Gateway, Next, Provider, Settlement, Visit } from '@postern/core'
import type { Outcome } from './failures.ts'
import { mountFor, mountsOf } from './mount.ts'
import { toGatewayRequest } from './request.ts'

const VISITS: unique symbol = Symbol('postern.visits')
const CLOSED: unique symbol = Symbol('postern.closed')

/** Visits of one request, newest first. There is hardly ever more than one, so a list is cheaper than a map. */
interface Visits {
  readonly gateway: Gateway
  readonly visit: Visit
  readonly earlier: Visits | undefined
}

// Not `node:http`, which only repeats this module: extended there, its types would differ from everybody else's.
declare module 'http' {
  interface IncomingMessage {
    [VISITS]?: Visits
    [CLOSED]?: true
  }
}

/**
 * The visit this request pays to this gateway: one, begun when it is first asked for.
 *
 * @param target as the browser sent it, for that is where a sign-in comes back to. Default: `originalUrl`, where
 *   frameworks that rewrite `url` keep it, else `url`
 */
export function visitOf<P extends Provider>(
  gateway: Gateway<P>,
  message: IncomingMessage,
  target: string | undefined = originalUrlOf(message),
): Visit<P> {
  const known = visitSoFar(gateway, message)
  if (known !== undefined) return known
  const visit = gateway.visit(toGatewayRequest(message, target === undefined ? undefined : { target }))
  message[VISITS] = { gateway, visit, earlier: message[VISITS] }
  return visit
}

function originalUrlOf(message: IncomingMessage): string | undefined {
  return 'originalUrl' in message && typeof message.originalUrl === 'string' ? message.originalUrl : undefined
}

/**
 * Who is asking, with the providers of exactly this gateway, which has to be mounted on `place`. Throws
 * `gateway_not_mounted`.
 */
export function authOf<P extends Provider>(place: object, message: IncomingMessage, gateway: Gateway<P>): Auth<P> {
  mountFor(mountsOf(place), gateway)
  return visitOf(gateway, message).auth
}

/** The visit this request has paid to this gateway, if anything has asked for it. */
export function visitSoFar<P extends Provider>(gateway: Gateway<P>, message: IncomingMessage): Visit<P> | undefined {
  let visits = message[VISITS]
  while (visits !== undefined && visits.gateway !== gateway) visits = visits.earlier
  // The type of the list has forgotten which gateway made which visit; the comparison has not.
  return visits?.visit as Visit<P> | undefined
}

/**
 * What the visit leaves behind, for the response: call it once the headers of the response are known. `undefined` when
 * there was no visit or it leaves nothing, and on the gateway's own paths, where it has the last word itself.
 *
 * @param cacheControl the `Cache-Control` of the response, if any
 */
export function settlementOf(
  gateway: Gateway,
  message: IncomingMessage,
  cacheControl: unknown,
): Settlement | undefined {
  // Whatever has read `auth` on the way there must not bring a session back that the gateway is about to end.
  if (message[CLOSED] === true) return undefined
  return visitSoFar(gateway, message)?.settle(cacheControl === undefined ? undefined : String(cacheControl))
}

/** Visits of this request leave nothing behind: the gateway answers it. */
export function closeVisits(message: IncomingMessage): void {
  message[CLOSED] = true
}

/** What a guard says, at once or after a while. */
export type Verdict = Next | Outcome | Promise<Next | Outcome>

/** A guard that asks for nothing: goes on as soon as `auth` can be read, which with a store takes a look-up. */
export function admitEveryone(visit: Visit): Verdict {
  const loading = visit.load()
  return loading === undefined ? NEXT : loading.then(() => NEXT)
}

/** Let the framework go on. */
export const NEXT: Next = { type: 'next' }
