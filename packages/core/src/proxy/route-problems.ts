import { callbackPaths } from '../http/callback-path.ts'
import { isLoopback } from '../http/loopback.ts'
import type { Provider } from '../provider/provider.ts'
import { unknownNames } from '../unknown-name.ts'
import { headerNameProblems, identityProblems } from './identity-headers.ts'
import type { ProxyOptions } from './options.ts'

export interface ProxySurroundings {
  readonly origin: string
  readonly basePath: string
  readonly cookiePrefix: string
  readonly providers: readonly Provider[]
}

/** Everything wrong with the `proxy` option, as sentences. */
export function proxyProblems(proxy: unknown, surroundings: ProxySurroundings): readonly string[] {
  if (proxy === undefined) return []
  if (!isRecord(proxy)) return ["proxy must be an object of prefixes: { '/api/name': { target, provider } }."]
  return Object.entries(proxy).flatMap(([prefix, options]) => {
    const problems = isRecord(options)
      ? routeProblems(prefix, options, surroundings)
      : ['must be an object: { target, provider }.']
    return problems.map((problem) => `proxy['${prefix}'] ${problem}`)
  })
}

/** Options that nothing has checked yet. */
type Unchecked = { readonly [Name in keyof ProxyOptions]?: unknown }

function routeProblems(prefix: string, options: Unchecked, surroundings: ProxySurroundings): readonly string[] {
  const provider = surroundings.providers.find((candidate) => candidate?.id === options.provider)
  return [
    ...unknownOptions('', options, NAMES),
    ...prefixProblems(prefix, surroundings),
    ...providerProblems(provider, surroundings.providers),
    ...targetProblems(options.target, provider),
    ...methodProblems(options.methods),
    ...unknownOptions('require.', options.require, ['scope', 'acr', 'maxAge', 'where']),
    ...headerProblems(options.headers),
    ...identityProblems(options.identityHeaders),
    ...repetitionProblems([options.headers, options.identityHeaders]),
    ...cookieProblems(options.passCookies, surroundings.cookiePrefix),
    ...originProblems(options.allowedOrigins),
    ...NUMBERS.flatMap(([name, least, most]) => numberProblems(name, options[name], least, most)),
    ...TIMES.flatMap((name) => timeProblems(name, options[name])),
    ...(['refuse', 'keep', undefined].some((known) => known === options.encodedSlashes)
      ? []
      : ["encodedSlashes must be 'refuse' or 'keep'."]),
  ]
}

const NUMBERS = [
  ['maxBodyBytes', 1, Number.MAX_SAFE_INTEGER],
  ['maxResponseHeaderBytes', 1024, 1024 * 1024],
  ['maxConnections', 1, 65_535],
] as const

const TIMES = ['connectTimeout', 'headersTimeout', 'idleTimeout', 'totalTimeout'] as const

const NAMES: readonly string[] = [
  'target',
  'provider',
  'methods',
  'require',
  'headers',
  'identityHeaders',
  'passCookies',
  'allowedOrigins',
  'maxBodyBytes',
  'maxResponseHeaderBytes',
  'connectTimeout',
  'headersTimeout',
  'idleTimeout',
  'totalTimeout',
  'maxConnections',
  'encodedSlashes',
] satisfies readonly (keyof ProxyOptions)[]

function unknownOptions(before: string, value: unknown, known: readonly string[]): readonly string[] {
  return unknownNames(value, known, (name) => `has no option ${before}${name}.`)
}

function prefixProblems(prefix: string, { origin, basePath, providers }: ProxySurroundings): readonly string[] {
  const isClean = /^(?:\/[A-Za-z0-9_.~-]+)+$/.test(prefix) && !/\/\.{1,2}(?:\/|$)/.test(prefix)
  const overlaps = `${prefix}/`.startsWith(`${basePath}/`) || `${basePath}/`.startsWith(`${prefix}/`)
  return [
    ...(isClean ? [] : ['must be a path like /api/name: one leading slash, no trailing slash, no escapes.']),
    ...(overlaps ? [`overlaps basePath ${basePath}.`] : []),
    // What is forwarded is not looked at: a sign-in whose answer arrived there would never end.
    ...callbackPaths(providers, origin, basePath)
      .filter(({ path }) => `${path}/`.startsWith(`${prefix}/`))
      .map(({ provider, path }) => `would forward ${path}, the path of the redirectUri of ${provider}.`),
  ]
}

function providerProblems(provider: Provider | undefined, providers: readonly Provider[]): readonly string[] {
  if (provider !== undefined) return []
  return [`provider must be one of the providers: ${providers.map(({ id }) => id).join(', ')}.`]
}

/** Plain http is for what cannot leave this machine; everywhere else a token would travel in the clear. */
function targetProblems(target: unknown, provider: Provider | undefined): readonly string[] {
  const url = typeof target === 'string' ? URL.parse(target) : null
  if (typeof target !== 'string' || url === null)
    return ['target must be an absolute URL, like https://api.example/v1.']
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  const isPlain = !/[?#]/.test(target) && url.username === '' && url.password === ''
  const isOwnApi = provider === undefined || provider.apiOrigins.includes(url.origin)
  return [
    ...(isSafe ? [] : ['target must be https. Plain http is accepted for loopback only.']),
    ...(isPlain ? [] : ['target must be an origin and a path, without query, fragment and credentials.']),
    ...(isOwnApi
      ? []
      : [`target is not an API of ${provider.id}: its apiOrigins are ${provider.apiOrigins.join(', ') || 'empty'}.`]),
  ]
}

function methodProblems(methods: unknown): readonly string[] {
  return methods === undefined || isListOf(methods, /^(?!TRACE$|CONNECT$|OPTIONS$)[A-Z]{1,20}$/)
    ? []
    : ['methods must be a list of upper-case method names, without TRACE, CONNECT and OPTIONS.']
}

function headerProblems(headers: unknown): readonly string[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]) => [
    ...headerNameProblems(name),
    ...(typeof value === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)
      ? []
      : [`must give the header ${JSON.stringify(name)} a value of visible ASCII.`]),
  ])
}

/** Of two lines with one name, a target reads the first, or the last, or both as one. */
function repetitionProblems(headers: readonly unknown[]): readonly string[] {
  const names = headers.flatMap((named) => Object.keys(named ?? {})).map((name) => name.toLowerCase())
  const repeated = names.filter((name, index) => names.indexOf(name) !== index)
  return repeated.map((name) => `sets the header ${JSON.stringify(name)} twice.`)
}

function cookieProblems(names: unknown, cookiePrefix: string): readonly string[] {
  if (names === undefined) return []
  if (!isListOf(names, /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/)) return ['passCookies must be a list of cookie names.']
  const isOurs = names.some((name) => name.replace(/^__Host-/i, '').startsWith(`${cookiePrefix}.`))
  return isOurs ? ['passCookies must not name a cookie of the gateway.'] : []
}

function originProblems(origins: unknown): readonly string[] {
  return origins === undefined ||
    (isListOf(origins, /^https?:/) && origins.every((origin) => URL.parse(origin)?.origin === origin))
    ? []
    : ['allowedOrigins must be a list of origins, like https://app.example.']
}

function numberProblems(name: string, value: unknown, least: number, most: number): readonly string[] {
  return value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most)
    ? []
    : [`${name} must be a whole number from ${least} to ${most}.`]
}

const WEEK = 604_800

function timeProblems(name: string, value: unknown): readonly string[] {
  return value === undefined || (typeof value === 'number' && value >= 1 && value <= WEEK)
    ? []
    : [`${name} must be a number of seconds from 1 to ${WEEK}.`]
}

function isListOf(value: unknown, pattern: RegExp): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && pattern.test(item))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
