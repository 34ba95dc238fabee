import { isLoopback } from '../http/loopback.ts'
import type { Provider } from '../provider/provider.ts'
import { canonical } from './header-name.ts'
import type { ProxyOptions } from './options.ts'

const NAMES: readonly (keyof ProxyOptions)[] = [
  'target',
  'provider',
  'methods',
  'require',
  'headers',
  'identityHeaders',
  'passCookies',
  'allowedOrigins',
  'maxBodyBytes',
  'connectTimeout',
  'headersTimeout',
  'idleTimeout',
  'totalTimeout',
  'maxConnections',
  'encodedSlashes',
]

export interface ProxySurroundings {
  readonly basePath: string
  readonly cookiePrefix: string
  readonly providers: readonly Provider[]
}

/** Everything wrong with the `proxy` option, as sentences. */
export function proxyProblems(
  proxy: Readonly<Record<string, ProxyOptions>> | undefined,
  surroundings: ProxySurroundings,
): readonly string[] {
  return Object.entries(proxy ?? {}).flatMap(([prefix, options]) =>
    routeProblems(prefix, options, surroundings).map((problem) => `proxy['${prefix}'] ${problem}`),
  )
}

function routeProblems(prefix: string, options: ProxyOptions, surroundings: ProxySurroundings): readonly string[] {
  const { basePath, cookiePrefix, providers } = surroundings
  const provider = providers.find(({ id }) => id === options.provider)
  return [
    ...Object.keys(options)
      .filter((name) => !NAMES.some((known) => known === name))
      .map((name) => `has no option ${name}. Known: ${NAMES.join(', ')}.`),
    ...(/^(?:\/[A-Za-z0-9_.~-]+)+$/.test(prefix) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(prefix)
      ? []
      : ['must be a path like /api/name: one leading slash, no trailing slash, no escapes.']),
    ...(overlaps(prefix, basePath) ? [`overlaps basePath ${basePath}.`] : []),
    ...(provider === undefined ? ['names a provider that is not configured.'] : []),
    ...targetProblems(options.target, provider),
    ...methodProblems(options.methods),
    ...headerProblems({ ...options.headers, ...options.identityHeaders }),
    ...(options.passCookies?.some((name) => name.replace(/^__Host-/, '').startsWith(`${cookiePrefix}.`)) === true
      ? ['passCookies must not name a cookie of the gateway.']
      : []),
    ...(options.allowedOrigins?.some((origin) => URL.parse(origin)?.origin !== origin) === true
      ? ['allowedOrigins must be origins, like https://app.example.']
      : []),
    ...atLeastOne(options),
  ]
}

function overlaps(prefix: string, basePath: string): boolean {
  return prefix === basePath || prefix.startsWith(`${basePath}/`) || basePath.startsWith(`${prefix}/`)
}

function targetProblems(target: unknown, provider: Provider | undefined): readonly string[] {
  const url = typeof target === 'string' ? URL.parse(target) : null
  if (url === null) return ['target must be an absolute URL.']
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  return [
    ...(isSafe ? [] : ['target must be https. Plain http is accepted for loopback only.']),
    ...(url.search === '' && url.hash === '' && url.username === '' && url.password === ''
      ? []
      : ['target must be an origin and a path, without query, fragment and credentials.']),
    ...(provider === undefined || provider.apiOrigins.includes(url.origin)
      ? []
      : [`target is not an API of ${provider.id}: its apiOrigins are ${provider.apiOrigins.join(', ') || 'empty'}.`]),
  ]
}

function methodProblems(methods: readonly string[] | undefined): readonly string[] {
  const refused = methods?.filter(
    (method) => !/^[A-Z]{1,20}$/.test(method) || /^(?:TRACE|CONNECT|OPTIONS)$/.test(method),
  )
  return refused === undefined || refused.length === 0
    ? []
    : ['methods must be upper-case method names, without TRACE, CONNECT and OPTIONS.']
}

const NOT_OURS_TO_SET = /^(?:authorization|cookie|host|connection|content-length|transfer-encoding|te|upgrade)$/

function headerProblems(headers: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(headers)
    .filter((name) => !/^[A-Za-z0-9-]+$/.test(name) || NOT_OURS_TO_SET.test(canonical(name)))
    .map((name) => `cannot set the header ${JSON.stringify(name)}.`)
}

function atLeastOne(options: ProxyOptions): readonly string[] {
  const names = [
    'maxBodyBytes',
    'connectTimeout',
    'headersTimeout',
    'idleTimeout',
    'totalTimeout',
    'maxConnections',
  ] as const
  return names
    .filter((name) => options[name] !== undefined && !(Number(options[name]) >= 1))
    .map((name) => `${name} must be a number of at least 1.`)
}
