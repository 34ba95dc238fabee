/**
 * What an adapter hands to the core. Nothing is parsed and nothing is copied: headers go in by reference,
 * so building one costs next to nothing on the hot path.
 *
 * There is no host and no scheme: the public origin is configuration, so no header can move a redirect.
 */
export interface GatewayRequest {
  readonly method: string
  /** Path and raw query exactly as received: still percent-encoded, not joined, not normalised. */
  readonly target: string
  /** Header values under lower-case names, as `node:http` gives them. */
  readonly headers: RequestHeaders
  /** Names and values alternating, as received: the only place where a second `Host` line still shows. */
  readonly rawHeaders: readonly string[]
  /**
   * Reads the body as `application/x-www-form-urlencoded`. Only routes that take a form call it, once.
   * Rejects with `body_too_large` above 64 KiB and `media_type_unsupported` for any other content type.
   */
  readonly form: () => Promise<URLSearchParams>
  /** Address of the client, from the framework and its own rules about trusted proxies. For rates and events. */
  readonly clientAddress?: string | undefined
}

export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** The first value of a header, or `undefined`. */
export function headerValue(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' || value === undefined ? value : value[0]
}
