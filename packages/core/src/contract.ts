import type { Requirement } from './guard/requirement.ts'
import type { Cookie } from './http/cookie.ts'
import type { HeaderLine, Next, Reply } from './http/decision.ts'
import type { GatewayRequest } from './http/request.ts'
import type { Route } from './http/route.ts'
import type { Send } from './protocol/transport.ts'
import type { Provider } from './provider/provider.ts'
import type { Forward } from './proxy/forward.ts'
import type { Auth } from './session/auth.ts'
import type { SessionSummary } from './session/summary.ts'

/** A gateway, ready to be mounted by an adapter. `P` is the union of its providers. */
export interface Gateway<P extends Provider = Provider> {
  readonly origin: string
  readonly basePath: string
  /** The gateway's own paths. Every adapter mounts each for every method, so that all have the same URLs. */
  readonly routes: readonly Route[]
  /** Redirect URIs to register at the providers, by provider id, exactly as they will be sent. */
  readonly redirectUris: Readonly<Record<P['id'], string>>
  /** Prefixes whose requests are forwarded. Adapters mount each, and everything below it, for every method. */
  readonly prefixes: readonly string[]
  /**
   * Decides about a request under one of `prefixes`: a reply, or where to send it with whose token. Never rejects.
   * The adapter must not have read the body.
   */
  forward(request: GatewayRequest): Promise<Reply | Forward>
  /** Answers a request for one of `routes`. Never rejects: every failure is a reply. */
  handle(request: GatewayRequest): Promise<Reply>
  /** Sessions of any user, for administrators. Needs a store. */
  readonly sessions: SessionAdministration
  /** Begins to look at a request for the application. Costs nothing until `auth` is read. */
  visit(request: GatewayRequest): Visit<P>
  /**
   * Has calls to providers go through `send` in place of the global `fetch`, unless the options name a `fetch`. Adapters
   * lend what is lighter.
   */
  lend(send: Send): void
  /** Has `close` run a task, and wait for it: adapters close the connections they opened. */
  onClose(task: () => Promise<void>): void
  /**
   * Refuses new sign-ins and new forwards, and resolves when callbacks, refreshes, revocations and forwards under way
   * have finished, after 20 seconds at the latest. Closes the connections of the store that the store opened itself.
   */
  close(): Promise<void>
}

/** What an application's administrators may do. Every call rejects with `store_required` without a store. */
export interface SessionAdministration {
  /** Sessions of a user, most recently used first. */
  list(user: UserReference): Promise<readonly SessionSummary[]>
  /** Ends one session, or all of them; how many there were. */
  end(user: UserReference, sessionId?: string): Promise<number>
}

export interface UserReference {
  readonly provider: string
  readonly subject: string
}

/** One request for the application, as the gateway sees it. */
export interface Visit<P extends Provider = Provider> {
  /**
   * Who is asking. Opens the session cookie at the first reading, synchronously; later readings are free.
   * Throws `session_not_loaded` when sessions are kept in a store and neither `guard` nor `load` came first.
   */
  readonly auth: Auth<P>
  /** Fetches the session where it is kept in a store. A promise only then. Rejects with `store_unavailable`. */
  load(): void | Promise<void>
  /** May this request pass? `next`, or a reply that sends it to sign in or turns it away. */
  guard(requirement: Requirement<P>): Next | Reply | Promise<Next | Reply>
  /**
   * What to add to the response, once its headers are known: a session cookie that was due for renewal, and
   * the headers that keep shared caches from storing it. `undefined` when there is nothing, which is usual.
   *
   * @param cacheControl the `Cache-Control` the handler has set, if any
   */
  settle(cacheControl: string | undefined): Settlement | undefined
}

export interface Settlement {
  readonly cookies: readonly Cookie[]
  readonly headers: readonly HeaderLine[]
}

/**
 * Where an application says which gateway it uses, once, so that `request.auth` and `ctx.state.auth` know its
 * providers and users:
 *
 * ```ts
 * declare module '@postern/core' {
 *   interface Register { gateway: typeof gateway }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by declaration merging
export interface Register {}

/** The gateway of `Register`, or any. */
export type RegisteredGateway = Register extends { readonly gateway: infer G extends Gateway } ? G : Gateway

/** Providers of a gateway type. */
export type ProvidersOf<G> = G extends Gateway<infer P> ? P : never
