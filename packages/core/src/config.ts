import { GatewayError } from './error.ts'
import type { EventListener } from './event.ts'
import { type CallbackPath, callbackPaths } from './http/callback-path.ts'
import type { PageOverrides } from './http/page/model.ts'
import { optionProblems } from './option-problems.ts'
import type { GatewayOptions, RateOptions, SessionLimit, SignInCandidate, SignInVerdict } from './options.ts'
import type { Provider } from './provider/provider.ts'
import type { IdentityHeaders } from './proxy/identity-headers.ts'
import type { ProxyRoute } from './proxy/options.ts'
import { createProxyRoutes } from './proxy/routes.ts'
import type { Lifetimes } from './session/lifetime.ts'
import { dependable } from './store/dependable.ts'
import type { Store } from './store/store.ts'

/** The options, checked, defaulted and frozen. Times are milliseconds. */
export interface Config {
  readonly origin: string
  readonly basePath: string
  readonly cookiePrefix: string
  readonly secrets: readonly [string, ...string[]]
  readonly providers: ReadonlyMap<string, Provider>
  readonly redirectUris: Readonly<Record<string, string>>
  /** Where answers arrive besides `{basePath}/callback/{id}`. */
  readonly callbackPaths: readonly CallbackPath[]
  readonly signInWith: string | undefined
  readonly defaultReturnTo: string
  readonly lifetimes: Lifetimes
  readonly transactionLifetime: number
  readonly proxyRoutes: readonly ProxyRoute[]
  readonly verifyHeaders: IdentityHeaders
  readonly store: Store | undefined
  readonly sessionLimit: SessionLimit | undefined
  readonly rates: RateOptions
  readonly onSignIn: (candidate: SignInCandidate) => SignInVerdict | Promise<SignInVerdict>
  readonly onEvent: EventListener | undefined
  readonly pages: PageOverrides
  /** The application's own. */
  readonly fetch: typeof globalThis.fetch | undefined
  readonly now: () => number
}

const DAY = 86_400

/** Checks everything and throws one `config_invalid` that names every problem. No value of a secret is printed. */
export function createConfig(options: GatewayOptions): Config {
  const problems = optionProblems(options)
  if (problems.length > 0) {
    throw new GatewayError('config_invalid', { advice: problems.map((problem) => `\n  - ${problem}`).join('') })
  }
  const basePath = options.basePath ?? '/auth'
  const providers = new Map(options.providers.map((provider) => [provider.id, provider]))
  return Object.freeze({
    origin: options.origin,
    basePath,
    cookiePrefix: options.cookiePrefix ?? 'postern',
    // The check has found at least one.
    secrets: Object.freeze([...options.secrets] as [string, ...string[]]),
    providers,
    redirectUris: Object.freeze(
      Object.fromEntries(
        options.providers.map(({ id, redirectUri }) => [
          id,
          redirectUri ?? `${options.origin}${basePath}/callback/${id}`,
        ]),
      ),
    ),
    callbackPaths: callbackPaths(options.providers, options.origin, basePath),
    signInWith: options.signInWith ?? (options.providers.length === 1 ? options.providers[0]?.id : undefined),
    defaultReturnTo: options.defaultReturnTo ?? '/',
    lifetimes: Object.freeze({
      idle: (options.session?.idleTimeout ?? 7 * DAY) * 1000,
      absolute: (options.session?.absoluteTimeout ?? 30 * DAY) * 1000,
    }),
    transactionLifetime: (options.transaction?.lifetime ?? 600) * 1000,
    proxyRoutes: createProxyRoutes(options.proxy, providers, options.origin),
    verifyHeaders: Object.freeze({ ...options.verify?.headers }),
    store: options.store && dependable(options.store),
    sessionLimit: options.session?.limit,
    rates: Object.freeze({ ...options.rates }),
    onSignIn: options.onSignIn ?? (() => 'allow'),
    onEvent: options.onEvent,
    pages: Object.freeze({ ...options.pages }),
    fetch: options.fetch,
    now: options.now ?? Date.now,
  })
}
