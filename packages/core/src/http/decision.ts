import type { GatewayError } from '../error.ts'
import type { Forward } from '../proxy/forward.ts'
import type { Cookie } from './cookie.ts'

/** Name in lower case, value ready for the wire. */
export type HeaderLine = readonly [name: string, value: string]

/** Answer the request with exactly this. */
export interface Reply {
  readonly type: 'reply'
  readonly status: number
  readonly headers: readonly HeaderLine[]
  readonly cookies: readonly Cookie[]
  readonly body?: string | undefined
  /**
   * Set when the reply renders a failure: the error of it. An adapter whose user asked for it throws that instead of
   * sending the reply; its `headers` then lack the cookies and what CORS says, which the adapter must add to them.
   */
  readonly failure?: (() => GatewayError) | undefined
}

/** Let the framework go on to the route's handler. */
export interface Next {
  readonly type: 'next'
}

/**
 * What the core decided. Adapters act on it and decide nothing themselves.
 */
export type Decision = Next | Reply | Forward

export const NEXT: Next = Object.freeze({ type: 'next' })
