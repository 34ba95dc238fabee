import { weaknessOf } from './crypto/secret.ts'
import { GatewayError } from './error.ts'
import type { EventListener } from './event.ts'
import { isLoopback } from './http/loopback.ts'
import type { PageOverrides } from './http/page/model.ts'
import type { GatewayOptions, SessionLimit, SignInCandidate, SignInVerdict } from './options.ts'
import type { Provider } from './provider/provider.ts'
import type { ProxyRoute } from './proxy/options.ts'
import { proxyProblems } from './proxy/route-problems.ts'
import { createProxyRoutes } from './proxy/routes.ts'
import type { Lifetimes } from './session/lifetime.ts'
import type { Store } from './store/store.ts'

/** The options, checked, defaulted and frozen. Times are milliseconds. */
export interface Config {
  readonly origin: string
  readonly basePath: string
  readonly cookiePrefix: string
  readonly secrets: readonly [string, ...string[]]
  readonly providers: ReadonlyMap<string, Provider>
  readonly redirectUris: Readonly<Record<string, string>>
  readonly signInWith: string | undefined
  readonly defaultReturnTo: string
  readonly lifetimes: Lifetimes
  readonly transactionLifetime: number
  readonly proxyRoutes: readonly ProxyRoute[]
  readonly store: Store | undefined
  readonly sessionLimit: SessionLimit | undefined
  readonly onSignIn: (candidate: SignInCandidate) => SignInVerdict | Promise<SignInVerdict>
  readonly onEvent: EventListener
  readonly pages: PageOverrides
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}

const DAY = 86_400
const MAX_COOKIE_AGE = 400 * DAY

const OPTION_NAMES = {
  gateway: [
    'origin',
    'secrets',
    'providers',
    'basePath',
    'signInWith',
    'defaultReturnTo',
    'cookiePrefix',
    'session',
    'transaction',
    'store',
    'proxy',
    'processes',
    'onSignIn',
    'onEvent',
    'pages',
    'fetch',
    'now',
  ],
  session: ['idleTimeout', 'absoluteTimeout', 'limit'],
  limit: ['perUser', 'beyond'],
  transaction: ['lifetime'],
  pages: ['choose', 'error', 'confirm-sign-out', 'signed-out'],
} as const

/** Checks everything and throws one `config_invalid` that names every problem. No value of a secret is printed. */
export function createConfig(options: GatewayOptions): Config {
  const problems = findProblems(options)
  const [newest, ...older] = options.secrets ?? []
  if (problems.length > 0 || newest === undefined) {
    throw new GatewayError('config_invalid', { advice: problems.map((problem) => `\n  - ${problem}`).join('') })
  }
  const secrets: Config['secrets'] = [newest, ...older]
  const basePath = options.basePath ?? '/auth'
  const providers = new Map(options.providers.map((provider) => [provider.id, provider]))
  return Object.freeze({
    origin: options.origin,
    basePath,
    cookiePrefix: options.cookiePrefix ?? 'postern',
    secrets,
    providers,
    redirectUris: Object.freeze(
      Object.fromEntries(
        options.providers.map(({ id, redirectUri }) => [
          id,
          redirectUri ?? `${options.origin}${basePath}/callback/${id}`,
        ]),
      ),
    ),
    signInWith: options.signInWith ?? (options.providers.length === 1 ? options.providers[0]?.id : undefined),
    defaultReturnTo: options.defaultReturnTo ?? '/',
    lifetimes: Object.freeze({
      idle: (options.session?.idleTimeout ?? 7 * DAY) * 1000,
      absolute: (options.session?.absoluteTimeout ?? 30 * DAY) * 1000,
    }),
    transactionLifetime: (options.transaction?.lifetime ?? 600) * 1000,
    proxyRoutes: createProxyRoutes(options.proxy),
    store: options.store,
    sessionLimit: options.session?.limit,
    onSignIn: options.onSignIn ?? (() => 'allow'),
    onEvent: options.onEvent ?? (() => undefined),
    pages: options.pages ?? {},
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    now: options.now ?? Date.now,
  })
}

function findProblems(options: GatewayOptions): readonly string[] {
  return [
    ...unknownNames('', options, OPTION_NAMES.gateway),
    ...unknownNames('session.', options.session, OPTION_NAMES.session),
    ...unknownNames('session.limit.', options.session?.limit, OPTION_NAMES.limit),
    ...limitProblems(options),
    ...unknownNames('transaction.', options.transaction, OPTION_NAMES.transaction),
    ...unknownNames('pages.', options.pages, OPTION_NAMES.pages),
    ...originProblems(options.origin),
    ...secretProblems(options.secrets),
    ...providerProblems(options),
    ...processProblems(options),
    ...proxyProblems(options.proxy, {
      basePath: options.basePath ?? '/auth',
      cookiePrefix: options.cookiePrefix ?? 'postern',
      providers: Array.isArray(options.providers) ? options.providers : [],
    }),
    ...providerLogoutProblems(options),
    ...pathProblems(options),
    ...secondsProblem('session.idleTimeout', options.session?.idleTimeout, MAX_COOKIE_AGE),
    ...secondsProblem('session.absoluteTimeout', options.session?.absoluteTimeout, MAX_COOKIE_AGE),
    ...secondsProblem('transaction.lifetime', options.transaction?.lifetime, DAY),
    ...functionProblem('onSignIn', options.onSignIn),
    ...functionProblem('onEvent', options.onEvent),
    ...functionProblem('fetch', options.fetch),
    ...functionProblem('now', options.now),
  ]
}

function unknownNames(prefix: string, value: object | undefined, known: readonly string[]): readonly string[] {
  return Object.keys(value ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => `${prefix}${name} is not an option. Known: ${known.join(', ')}.`)
}

function originProblems(origin: unknown): readonly string[] {
  const url = typeof origin === 'string' ? URL.parse(origin) : null
  if (url === null) return ['origin must be the public origin of the application, like https://app.example.']
  if (url.origin !== origin) return [`origin must be an origin and nothing more: write ${url.origin}.`]
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return []
  return ['origin must be https. Plain http is accepted for localhost, 127.0.0.0/8 and [::1] only.']
}

function secretProblems(secrets: unknown): readonly string[] {
  if (!Array.isArray(secrets) || secrets.length === 0) {
    return ['secrets must be a list of at least one secret. Make one with: openssl rand -base64 32']
  }
  return secrets.flatMap((secret: unknown, index) => {
    const weakness = weaknessOf(secret)
    return weakness === undefined ? [] : [`secrets[${index}] ${weakness}. Make one with: openssl rand -base64 32`]
  })
}

function providerProblems({ providers, signInWith }: GatewayOptions): readonly string[] {
  if (!Array.isArray(providers) || providers.length === 0) return ['providers must list at least one provider.']
  if (providers.some((provider) => typeof provider?.identify !== 'function')) {
    return ['providers must be made by a preset of @postern/providers or by defineProvider.']
  }
  const ids = providers.map(({ id }) => id)
  const issuers = providers.flatMap(({ issuer }) => issuer ?? [])
  return [
    ...repeated(ids).map((id) => `providers has two with the id "${id}". Give one of them another id.`),
    // RFC 9207 section 4: with one issuer twice, an answer could not be told apart.
    ...repeated(issuers).map((issuer) => `providers has two with the issuer ${issuer}.`),
    ...(signInWith === undefined || ids.includes(signInWith)
      ? []
      : [`signInWith names "${signInWith}", which is not among the providers: ${ids.join(', ')}.`]),
  ]
}

/** Decision 19: two processes that hold one rotating token would each spend it. */
function processProblems({ processes, store, providers }: GatewayOptions): readonly string[] {
  if (processes !== undefined && !(Number.isInteger(processes) && processes >= 1)) {
    return ['processes must be a whole number of at least 1.']
  }
  if (store !== undefined || (processes ?? 1) === 1 || !Array.isArray(providers)) return []
  return providers
    .filter((provider) => provider?.capabilities?.rotation === true)
    .map(({ id }) => `${id} rotates refresh tokens, so several processes need a store: add store: redisStore(…).`)
}

function limitProblems({ session, store }: GatewayOptions): readonly string[] {
  const limit = session?.limit
  if (limit === undefined) return []
  const isValid =
    Number.isInteger(limit.perUser) && limit.perUser >= 1 && ['refuse', 'end-oldest'].includes(limit.beyond)
  return [
    ...(isValid ? [] : ["session.limit must be { perUser: 1 or more, beyond: 'refuse' or 'end-oldest' }."]),
    ...(store === undefined ? ['session.limit needs a store: add store: memoryStore() or redisStore(…).'] : []),
  ]
}

/** Sessions that only browsers hold cannot be found when a provider names them. */
function providerLogoutProblems({ providers, store }: GatewayOptions): readonly string[] {
  if (store !== undefined || !Array.isArray(providers)) return []
  return providers.flatMap((provider) =>
    provider?.protocol === 'oidc'
      ? (['backchannelLogout', 'frontchannelLogout'] as const)
          .filter((name) => provider[name] !== undefined)
          .map((name) => `${name} of ${provider.id} needs a store: add store: memoryStore() or redisStore(…).`)
      : [],
  )
}

function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))]
}

function pathProblems({ basePath, defaultReturnTo, cookiePrefix }: GatewayOptions): readonly string[] {
  return [
    ...(basePath === undefined || /^(?:\/[A-Za-z0-9_-]+)+$/.test(basePath)
      ? []
      : ['basePath must be a path like /auth: one leading slash, no trailing slash, letters, digits, - and _.']),
    ...(defaultReturnTo === undefined || /^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(defaultReturnTo)
      ? []
      : ['defaultReturnTo must be a path of this application, like /home.']),
    ...(cookiePrefix === undefined || /^[A-Za-z0-9_-]{1,32}$/.test(cookiePrefix)
      ? []
      : ['cookiePrefix must be 1 to 32 letters, digits, - and _.']),
  ]
}

function secondsProblem(name: string, value: unknown, max: number): readonly string[] {
  if (value === undefined || (typeof value === 'number' && value >= 1 && value <= max)) return []
  return [`${name} must be a number of seconds from 1 to ${max}.`]
}

function functionProblem(name: string, value: unknown): readonly string[] {
  return value === undefined || typeof value === 'function' ? [] : [`${name} must be a function.`]
}
