import type { Provider } from '../provider/provider.ts'
import { canonical } from './header-name.ts'
import type { ProxyOptions, ProxyRoute } from './options.ts'
import { createRequestFilter } from './request-headers.ts'
import { createResponseFilter } from './response-head.ts'
import { isUnder } from './upstream-path.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * The `proxy` option, completed; longest prefix first. The options have been checked.
 *
 * @param origin public origin of the application: some presets tell their API who is calling
 */
export function createProxyRoutes(
  proxy: Readonly<Record<string, ProxyOptions>> | undefined,
  providers: ReadonlyMap<string, Provider>,
  origin: string,
): readonly ProxyRoute[] {
  const routes = Object.entries(proxy ?? {}).map(([prefix, options]) =>
    createRoute(prefix, options, providers.get(options.provider)?.apiHeaders?.(origin)),
  )
  return Object.freeze(routes.sort((a, b) => b.prefix.length - a.prefix.length))
}

/** The route of a raw path, if there is one. */
export function findProxyRoute(routes: readonly ProxyRoute[], path: string): ProxyRoute | undefined {
  return routes.find(({ prefix }) => isUnder(path, prefix))
}

function createRoute(
  prefix: string,
  options: ProxyOptions,
  presetHeaders: Readonly<Record<string, string>> = {},
): ProxyRoute {
  const { origin, pathname } = new URL(options.target)
  const headers = { ...lowerCase(presetHeaders), ...lowerCase(options.headers ?? {}) }
  const identityHeaders = options.identityHeaders ?? {}
  const ownNames = [...Object.keys(headers), ...Object.keys(identityHeaders)].map(canonical)
  return Object.freeze({
    prefix,
    origin,
    basePath: pathname.replace(/\/+$/, ''),
    provider: options.provider,
    methods: options.methods ?? METHODS,
    requirement: { ...options.require, provider: options.provider },
    requestFilter: createRequestFilter(new Set(ownNames)),
    responseFilter: createResponseFilter(),
    headers: Object.entries(headers).flat(),
    identityHeaders,
    passCookies: options.passCookies ?? [],
    allowedOrigins: options.allowedOrigins ?? [],
    limits: Object.freeze({
      maxBodyBytes: options.maxBodyBytes ?? 10 * 1024 * 1024,
      maxResponseHeaderBytes: options.maxResponseHeaderBytes ?? 16 * 1024,
      connectTimeout: (options.connectTimeout ?? 5) * 1000,
      headersTimeout: (options.headersTimeout ?? 30) * 1000,
      idleTimeout: (options.idleTimeout ?? 60) * 1000,
      totalTimeout: (options.totalTimeout ?? 0) * 1000,
      maxConnections: options.maxConnections ?? 64,
    }),
    encodedSlashes: options.encodedSlashes ?? 'refuse',
  })
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
