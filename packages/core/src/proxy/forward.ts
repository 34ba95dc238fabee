import type { GatewayError } from '../error.ts'
import type { Cookie } from '../http/cookie.ts'
import type { HeaderLine, Reply } from '../http/decision.ts'
import type { ForwardLimits } from './options.ts'

/**
 * Send the request there and stream the answer back. The adapter moves bytes; whatever they mean was decided here.
 */
export interface Forward {
  readonly type: 'forward'
  readonly upstream: { readonly origin: string; readonly path: string }
  readonly method: string
  /** Names and values alternating: exactly what to send, but for `Host` and what frames the body. */
  readonly headers: readonly string[]
  readonly limits: ForwardLimits
  /** The head to give the browser for the target's; `rawHeaders` alternate names and values. */
  head(status: number, rawHeaders: readonly string[]): ForwardedHead
  /** Trailers that may follow the body. */
  trailers(rawTrailers: readonly string[]): readonly HeaderLine[]
  /**
   * What to do about a 401, when the request had no body: the same request with a renewed token, once. `undefined`:
   * pass the answer on.
   */
  retry(): Promise<Forward | undefined>
  /** The reply when nothing of the target's answer has been sent yet. */
  failed(error: GatewayError): Reply
}

export interface ForwardedHead {
  readonly status: number
  readonly headers: readonly HeaderLine[]
  readonly cookies: readonly Cookie[]
}
