import type { Site } from '../visitor/site.ts'

/** What is asked of a server in a scenario. */
export interface Ask {
  /**
   * Makes the requests, and sends the first of them as a browser would.
   *
   * Rejects when the answer is not what the scenario declares: a fast error is no result.
   */
  prepare(server: RunningServer, count: number): Promise<Prepared>
}

export interface RunningServer {
  readonly origin: string
  readonly site: Site
}

export interface Prepared {
  /** Whole requests, bytes and all: one to send over and over, or as many as were asked for, to send once each. */
  readonly requests: readonly string[]
  /**
   * The requests to send from now on. A browser would have taken the cookies that it was sent meanwhile: without them, a
   * server that renews a session every minute would renew the same one again and again, at each request.
   */
  renew?(): Promise<readonly string[]>
  /** The kind of answer that the first one got, and every other one has to get. */
  readonly kind: string
  /** Octets of the `Cookie` header. */
  readonly cookie: number
}
