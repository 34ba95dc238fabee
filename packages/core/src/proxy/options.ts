import type { Requirement } from '../guard/requirement.ts'
import type { Provider } from '../provider/provider.ts'
import type { HeaderFilter } from './header-filter.ts'
import type { IdentityHeaders } from './identity-headers.ts'

/** One prefix of the application whose requests leave through the gateway, with the signed-in user's token. */
export interface ProxyOptions<P extends Provider = Provider> {
  /**
   * Where requests go: an https origin and a base path, which no request can leave. Plain http is accepted for
   * localhost, 127.0.0.0/8 and [::1].
   */
  readonly target: string
  /** Whose token is sent. The origin of `target` must be among that provider's `apiOrigins`. */
  readonly provider: P['id']
  /** Methods that are forwarded. Default GET, HEAD, POST, PUT, PATCH and DELETE. */
  readonly methods?: readonly string[]
  /** What a request must fulfil besides being signed in with `provider`. */
  readonly require?: Omit<Requirement<P>, 'provider' | 'signInWith'>
  /** Request headers to add. They replace what the browser sent, and what the preset adds. */
  readonly headers?: Readonly<Record<string, string>>
  /** Request headers that say who is asking. Whatever a client sends under these names is removed. */
  readonly identityHeaders?: IdentityHeaders<P>
  /** Cookies of the application that are passed on, by name. Default none; never one of the gateway's. */
  readonly passCookies?: readonly string[]
  /** Other origins whose pages may call this prefix, with cookies. Default none. */
  readonly allowedOrigins?: readonly string[]
  /** Bytes of a request body. Default 10 MiB. */
  readonly maxBodyBytes?: number
  /** Bytes of names and values in the head of a response; more is a 502. Default 16 KiB. */
  readonly maxResponseHeaderBytes?: number
  /** Seconds to connect. Default 5. */
  readonly connectTimeout?: number
  /** Seconds until the response begins, counted from the end of the request. Default 30. */
  readonly headersTimeout?: number
  /** Seconds without a byte in either direction. Default 60. */
  readonly idleTimeout?: number
  /** Seconds for the whole exchange. Default: no limit, so that event streams live. */
  readonly totalTimeout?: number
  /** Connections to this target at once; further requests wait for one. Default 64. */
  readonly maxConnections?: number
  /** An encoded slash or backslash inside a path segment: refused, or passed on as it is. Default `refuse`. */
  readonly encodedSlashes?: 'refuse' | 'keep'
}

/** A prefix, checked and completed. */
export interface ProxyRoute {
  /** Path as the browser sees it, without a trailing slash. */
  readonly prefix: string
  readonly origin: string
  /** Path of the target, without a trailing slash. */
  readonly basePath: string
  readonly provider: string
  readonly methods: readonly string[]
  readonly requirement: Requirement
  readonly requestFilter: HeaderFilter
  readonly responseFilter: HeaderFilter
  /** Headers of every request, as a flat list: the preset's and the route's. */
  readonly headers: readonly string[]
  readonly identityHeaders: IdentityHeaders
  readonly passCookies: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly limits: ForwardLimits
  readonly encodedSlashes: 'refuse' | 'keep'
}

/** Bounds of one forwarded exchange. Times are milliseconds; 0 is no limit. */
export interface ForwardLimits {
  readonly maxBodyBytes: number
  readonly maxResponseHeaderBytes: number
  readonly connectTimeout: number
  readonly headersTimeout: number
  readonly idleTimeout: number
  readonly totalTimeout: number
  readonly maxConnections: number
}
