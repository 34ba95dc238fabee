import type { GatewayError } from '../error.ts'
import type { Cookie } from '../http/cookie.ts'
import type { Reply } from '../http/decision.ts'
import type { ForwardLimits } from './options.ts'

/**
 * Send the request there and stream the answer back. The adapter moves bytes; whatever they mean was decided here.
 * Header lists are flat, names and values alternating, as `node:http` and undici have them.
 */
export interface Forward {
  readonly type: 'forward'
  readonly upstream: { readonly origin: string; readonly path: string }
  readonly method: string
  /** Exactly what to send, but for `Host` and what frames the body. */
  readonly headers: readonly string[]
  readonly limits: ForwardLimits
  /** The head to give the browser for the target's. Call it once: it settles the session. */
  head(status: number, rawHeaders: readonly string[]): ForwardedHead
  /** Trailers that may follow the body. */
  trailers(rawTrailers: readonly string[]): readonly string[]
  /**
   * What to do about a 401, when the request had no body: the same request with a renewed token, once, or a reply
   * when the session has ended. `undefined`: pass the answer on. Never rejects.
   */
  retry(): Promise<Forward | Reply | undefined>
  /**
   * Reports a failure, and says what to reply. After the head has been sent there is nothing to reply: then break the
   * transfer off, so that nobody takes it for whole.
   */
  failed(error: GatewayError): Reply
}

export interface ForwardedHead {
  readonly status: number
  readonly headers: readonly string[]
  readonly cookies: readonly Cookie[]
}
