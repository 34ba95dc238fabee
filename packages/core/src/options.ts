import type { EventListener } from './event.ts'
import type { PageOverrides } from './http/page/model.ts'
import type { Provider, UserProfile } from './provider/provider.ts'
import type { IdentityHeaders } from './proxy/identity-headers.ts'
import type { ProxyOptions } from './proxy/options.ts'
import type { Store } from './store/store.ts'

/** What a person writes. `createGateway` checks all of it at once and throws one `config_invalid`. */
export interface GatewayOptions<P extends readonly Provider[] = readonly Provider[]> {
  /**
   * The public origin, as the browser sees it: `https://app.example`. Plain http is accepted for localhost,
   * 127.0.0.0/8 and ::1 only. No request header ever replaces it.
   */
  readonly origin: string
  /**
   * Secrets of at least 32 bytes, newest first: the first seals, all open. Make one with
   * `openssl rand -base64 32`. To rotate, put the new one in front and keep the old until sessions have ended.
   */
  readonly secrets: readonly string[]
  readonly providers: P
  /** Where the gateway's routes live, as the browser sees them. Default `/auth`. */
  readonly basePath?: string
  /** The provider an anonymous navigation is sent to when there are several. Default: a page to choose. */
  readonly signInWith?: P[number]['id']
  /** Where a sign-in goes that asked for nothing else, or for something unsafe. Default `/`. */
  readonly defaultReturnTo?: string
  /** Start of cookie names. Default `postern`. Give each gateway on one origin its own. */
  readonly cookiePrefix?: string
  readonly session?: SessionOptions
  readonly transaction?: TransactionOptions
  /**
   * How often one client may start a sign-in, and how often its answers are taken: more is a 429 with `Retry-After`.
   * Default: no limit, for both cost little and a whole company may share one address.
   */
  readonly rates?: RateOptions
  /**
   * Keeps sessions on the server: `memoryStore()`, `redisStore()`, or your own. Default: sealed in the browser's
   * cookie, which needs nothing to run. Sessions made before there was a store move into it.
   */
  readonly store?: Store
  /** Prefixes of the application whose requests leave through the gateway, with the signed-in user's token. */
  readonly proxy?: Readonly<Record<string, ProxyOptions<P[number]>>>
  /** What `GET {basePath}/verify` tells a reverse proxy that asks who is signed in. Default: nothing but yes or no. */
  readonly verify?: VerifyOptions<P[number]>
  /**
   * How many processes serve this application. With more than one, a provider that rotates refresh tokens needs a
   * store, and start-up says so; where it is not said, such a provider without a store is a warning. Default 1.
   */
  readonly processes?: number
  /** Decides, once identity is proven, whether this account may sign in. An exception refuses the sign-in. */
  readonly onSignIn?: (candidate: SignInCandidate) => SignInVerdict | Promise<SignInVerdict>
  /** Called for everything worth auditing. Never sees a secret. What it throws is dropped. */
  readonly onEvent?: EventListener
  /** Replaces pages of the gateway. Default: accessible pages without scripts. */
  readonly pages?: PageOverrides
  /**
   * Makes every call to a provider: for an HTTP proxy, a private CA, a test. Default: what the adapter lends, which goes
   * over the global agents of `node:http` and `node:https`; and for `auth.fetch` the global `fetch`.
   */
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds since the epoch. Default `Date.now`. For tests. */
  readonly now?: () => number
}

export interface SessionOptions {
  /** Seconds without activity after which a session ends. Default 7 days, at least 1. */
  readonly idleTimeout?: number
  /** Seconds after sign-in when a session ends, whatever happens. Default 30 days, at most 400 days. */
  readonly absoluteTimeout?: number
  /** How many sessions a user may have at once, and what happens beyond: needs a store. Default: no limit. */
  readonly limit?: SessionLimit
}

export interface SessionLimit {
  readonly perUser: number
  readonly beyond: 'refuse' | 'end-oldest'
}

/** So many requests in so many seconds, for each client. */
export interface Rate {
  readonly requests: number
  readonly seconds: number
}

export interface RateOptions {
  readonly login?: Rate
  readonly callback?: Rate
  /** Logout tokens that arrive from one address. */
  readonly backchannelLogout?: Rate
}

export interface TransactionOptions {
  /** Seconds a person has to finish at the provider. Default 600, at least 1. */
  readonly lifetime?: number
}

export interface VerifyOptions<P extends Provider = Provider> {
  /** Response headers of a yes, for the reverse proxy to pass on. */
  readonly headers?: IdentityHeaders<P>
}

export interface SignInCandidate {
  readonly provider: string
  readonly subject: string
  readonly user: UserProfile
  readonly scope: readonly string[]
}

export type SignInVerdict = 'allow' | 'refuse'
