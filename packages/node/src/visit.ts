import type { IncomingMessage } from 'node:http'
import type { Gateway, Next, Provider, Visit } from '@postern/core'
import { toGatewayRequest } from './request.ts'

const VISITS: unique symbol = Symbol('postern.visits')

/** Visits of one request, newest first. There is hardly ever more than one, so a list is cheaper than a map. */
interface Visits {
  readonly gateway: Gateway
  readonly visit: Visit
  readonly earlier: Visits | undefined
}

declare module 'node:http' {
  interface IncomingMessage {
    [VISITS]?: Visits
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

/** The visit this request has paid to this gateway, if anything has asked for it. */
export function visitSoFar<P extends Provider>(gateway: Gateway<P>, message: IncomingMessage): Visit<P> | undefined {
  let visits = message[VISITS]
  while (visits !== undefined && visits.gateway !== gateway) visits = visits.earlier
  // The type of the list has forgotten which gateway made which visit; the comparison has not.
  return visits?.visit as Visit<P> | undefined
}

/** What a guard says, at once or after a while. */
export type Verdict = ReturnType<Visit['guard']>

/** A guard that asks for nothing: goes on as soon as `auth` can be read, which with a store takes a look-up. */
export function admitEveryone(visit: Visit): Verdict {
  const loading = visit.load()
  return loading === undefined ? NEXT : loading.then(() => NEXT)
}

const NEXT: Next = { type: 'next' }
