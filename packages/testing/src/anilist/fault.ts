import { type Answer, drip, type HttpAnswer, html, type RawAnswer } from '../server/answer.ts'
import { DISABLED, ERROR_IN_200, INVALID_TOKEN, rateLimited } from './graphql/known-answer.ts'

/** Endpoints that can be made to fail. */
export type FaultyEndpoint = 'authorize' | 'token' | 'graphql'

/** A way to fail: one that AniList has been seen to choose, or an answer of your own. */
export type Fault = FaultName | HttpAnswer | RawAnswer

export type FaultName =
  /** The connection is reset. For refused connections, see `pause()`. */
  | 'down'
  /** Nothing comes, and the connection stays open. */
  | 'hang'
  /** The right answer, one octet every 200 ms. */
  | 'drip'
  /** Cloudflare's challenge page, status 403. */
  | 'html'
  /** The same page as a 503. */
  | 'html-503'
  /** 403, "temporarily disabled". */
  | 'disabled'
  /** 429, with `Retry-After: 30`. */
  | 'rate-limited'
  /** 400, "Invalid token". */
  | 'invalid-token'
  /** 200 with a body that says it is JSON and is not. */
  | 'not-json'
  /** 200 with `errors` and no data. */
  | 'error-in-200'

export interface Faults {
  /**
   * From now on `endpoint` fails like this.
   *
   * @param times after so many requests it is well again; default: never
   */
  set(endpoint: FaultyEndpoint, fault: Fault, times?: number): void
  /** The endpoint is well again; without a name, all are. */
  clear(endpoint?: FaultyEndpoint): void
}

export interface FaultBoard extends Faults {
  /** The fault that the next request to `endpoint` meets. Counts it. */
  next(endpoint: FaultyEndpoint): Fault | undefined
}

/** Faults that a test switches on and off while the stand-in runs. */
export function createFaults(): FaultBoard {
  const active = new Map<FaultyEndpoint, { readonly fault: Fault; left: number }>()
  return {
    set: (endpoint, fault, times = Number.POSITIVE_INFINITY) => {
      active.set(endpoint, { fault, left: times })
    },
    clear: (endpoint) => (endpoint === undefined ? active.clear() : void active.delete(endpoint)),
    next(endpoint) {
      const entry = active.get(endpoint)
      if (entry === undefined || entry.left <= 0) return undefined
      entry.left -= 1
      return entry.fault
    },
  }
}

/** What `fault` answers. `well` is the answer the endpoint would have given; it is asked for only by `drip`. */
export async function faultAnswer(fault: Fault, now: () => number, well: () => Promise<HttpAnswer>): Promise<Answer> {
  if (typeof fault === 'object') return fault
  switch (fault) {
    case 'down':
      return 'reset'
    case 'hang':
      return 'hang'
    case 'drip':
      return drip(await well())
    case 'html':
      return challengePage(403)
    case 'html-503':
      return challengePage(503)
    case 'disabled':
      return DISABLED
    case 'rate-limited':
      return rateLimited({ limit: 90, retryAfter: 30, resetAt: Math.ceil(now() / 1000) + 30 })
    case 'invalid-token':
      return INVALID_TOKEN
    case 'not-json':
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"data":{"Viewer":' }
    case 'error-in-200':
      return ERROR_IN_200
  }
}

function challengePage(status: number): HttpAnswer {
  return html(
    status,
    '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>',
    { server: 'cloudflare', 'cf-mitigated': 'challenge', 'cache-control': 'private, max-age=0, no-store' },
  )
}
