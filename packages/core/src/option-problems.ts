import { weaknessOf } from './crypto/secret.ts'
import { isLoopback } from './http/loopback.ts'
import { safePath } from './http/return-to.ts'
import type { GatewayOptions } from './options.ts'
import { isProvider, providerListProblems } from './provider-list-problems.ts'
import { identityProblems } from './proxy/identity-headers.ts'
import { proxyProblems } from './proxy/route-problems.ts'
import { unknownNames } from './unknown-name.ts'

const DAY = 86_400
// RFC 6265bis section 5.5: a browser keeps no cookie for longer.
const MAX_COOKIE_AGE = 400 * DAY

const NAMES = {
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
    'rates',
    'store',
    'proxy',
    'verify',
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
  verify: ['headers'],
  rates: ['login', 'callback', 'backchannelLogout'],
  rate: ['requests', 'seconds'],
  pages: ['choose', 'error', 'confirm-sign-out', 'signed-out'],
} as const

const STORE_METHODS = ['get', 'put', 'take', 'delete', 'lease', 'extend', 'release', 'keysOf', 'close'] as const

/**
 * Everything wrong with the options, as sentences that quote no secret. JavaScript and JSON come without types, so
 * nothing is taken for granted: not even that there are options.
 */
export function optionProblems(options: GatewayOptions): readonly string[] {
  if (!isObject(options)) return ['The options must be an object.']
  const session: NonNullable<GatewayOptions['session']> = isObject(options.session) ? options.session : {}
  const transaction: NonNullable<GatewayOptions['transaction']> = isObject(options.transaction)
    ? options.transaction
    : {}
  return [
    ...unknownOptions('', options, NAMES.gateway),
    ...sectionProblems('session', options.session, NAMES.session),
    ...sectionProblems('session.limit', session.limit, NAMES.limit),
    ...sectionProblems('transaction', options.transaction, NAMES.transaction),
    ...rateProblems(options.rates),
    ...pageProblems(options.pages),
    ...originProblems(options.origin),
    ...secretProblems(options.secrets),
    ...providerListProblems(options, session.limit),
    ...storeProblems(options.store),
    ...proxySectionProblems(options),
    ...verifyProblems(options.verify),
    ...pathProblems(options),
    ...secondsProblem('session.idleTimeout', session.idleTimeout, MAX_COOKIE_AGE),
    ...secondsProblem('session.absoluteTimeout', session.absoluteTimeout, MAX_COOKIE_AGE),
    ...secondsProblem('transaction.lifetime', transaction.lifetime, DAY),
    ...functionProblem('onSignIn', options.onSignIn),
    ...functionProblem('onEvent', options.onEvent),
    ...functionProblem('fetch', options.fetch),
    ...functionProblem('now', options.now),
  ]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unknownOptions(prefix: string, value: object, known: readonly string[]): readonly string[] {
  return unknownNames(value, known, (name) => `${prefix}${name} is not an option.`)
}

function sectionProblems(name: string, value: unknown, known: readonly string[]): readonly string[] {
  if (value === undefined) return []
  return isObject(value) ? unknownOptions(`${name}.`, value, known) : [`${name} must be an object.`]
}

function rateProblems(rates: unknown): readonly string[] {
  const shape = sectionProblems('rates', rates, NAMES.rates)
  if (shape.length > 0 || !isObject(rates)) return shape
  return Object.entries(rates).flatMap(([name, rate]) =>
    isObject(rate) && NAMES.rate.every((part) => isCount(Reflect.get(rate, part)))
      ? unknownOptions(`rates.${name}.`, rate, NAMES.rate)
      : [`rates.${name} must be { requests, seconds }: numbers of at least 1.`],
  )
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 1
}

function pageProblems(pages: unknown): readonly string[] {
  const shape = sectionProblems('pages', pages, NAMES.pages)
  if (shape.length > 0 || !isObject(pages)) return shape
  return Object.entries(pages).flatMap(([name, page]) => functionProblem(`pages.${name}`, page))
}

function originProblems(origin: unknown): readonly string[] {
  const url = typeof origin === 'string' ? URL.parse(origin) : null
  // `localhost:3000` is a URL too, of a scheme called localhost.
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return ['origin must be the public origin of the application, like https://app.example.']
  }
  if (url.protocol !== 'https:' && !isLoopback(url.hostname)) {
    return ['origin must be https. Plain http is accepted for localhost, 127.0.0.0/8 and [::1] only.']
  }
  return url.origin === origin ? [] : [`origin must be an origin and nothing more: write ${url.origin}.`]
}

function secretProblems(secrets: unknown): readonly string[] {
  if (!Array.isArray(secrets) || secrets.length === 0) {
    return ['secrets must be a list of at least one secret. Make one with: openssl rand -base64 32']
  }
  // Not `flatMap`, which passes over the holes of a list.
  return Array.from(secrets, (secret: unknown, index) => {
    const weakness = weaknessOf(secret)
    return weakness === undefined ? [] : [`secrets[${index}] ${weakness}. Make one with: openssl rand -base64 32`]
  }).flat()
}

function storeProblems(store: unknown): readonly string[] {
  if (store === undefined) return []
  // What it has to do is said once, in its type: here it only has to be one.
  const isStore = isObject(store) && STORE_METHODS.every((name) => typeof Reflect.get(store, name) === 'function')
  return isStore ? [] : ['store must be made by memoryStore() or redisStore(…), or have every method of Store.']
}

function proxySectionProblems({ proxy, origin, basePath, cookiePrefix, providers }: GatewayOptions): readonly string[] {
  return proxyProblems(proxy, {
    origin,
    basePath: typeof basePath === 'string' ? basePath : '/auth',
    cookiePrefix: typeof cookiePrefix === 'string' ? cookiePrefix : 'postern',
    providers: Array.isArray(providers) ? providers.filter(isProvider) : [],
  })
}

function verifyProblems(verify: unknown): readonly string[] {
  const shape = sectionProblems('verify', verify, NAMES.verify)
  if (shape.length > 0 || !isObject(verify)) return shape
  return identityProblems(Reflect.get(verify, 'headers')).map((problem) => `verify.headers ${problem}`)
}

function pathProblems({ origin, basePath, defaultReturnTo, cookiePrefix }: GatewayOptions): readonly string[] {
  const isBasePath = basePath === undefined || isText(basePath, /^(?:\/[A-Za-z0-9_-]+)+$/)
  const rule = { origin, basePath: isBasePath ? (basePath ?? '/auth') : '/auth', fallback: '/' }
  return [
    ...(isBasePath
      ? []
      : ['basePath must be a path like /auth: one leading slash, no trailing slash, letters, digits, - and _.']),
    ...(defaultReturnTo === undefined || originProblems(origin).length > 0 || isStartPage(defaultReturnTo, rule)
      ? []
      : ['defaultReturnTo must be a path of this application outside basePath, like /home.']),
    ...(cookiePrefix === undefined || isText(cookiePrefix, /^[A-Za-z0-9_-]{1,32}$/)
      ? []
      : ['cookiePrefix must be 1 to 32 letters, digits, - and _.']),
  ]
}

/** The way back that needs no check later must be one that would pass it. */
function isStartPage(path: unknown, rule: Parameters<typeof safePath>[1]): boolean {
  return typeof path === 'string' && safePath(path, rule) === path
}

function isText(value: unknown, shape: RegExp): boolean {
  return typeof value === 'string' && shape.test(value)
}

function secondsProblem(name: string, value: unknown, max: number): readonly string[] {
  if (value === undefined || (typeof value === 'number' && value >= 1 && value <= max)) return []
  return [`${name} must be a number of seconds from 1 to ${max}.`]
}

function functionProblem(name: string, value: unknown): readonly string[] {
  return value === undefined || typeof value === 'function' ? [] : [`${name} must be a function.`]
}
