import { canonical } from './header-name.ts'
import type { ProxyOptions, ProxyRoute } from './options.ts'
import { isUnder } from './upstream-path.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The `proxy` option, completed; longest prefix first. The options have been checked. */
export function createProxyRoutes(proxy: Readonly<Record<string, ProxyOptions>> | undefined): readonly ProxyRoute[] {
  const routes = Object.entries(proxy ?? {}).map(([prefix, options]) => createRoute(prefix, options))
  return Object.freeze(routes.sort((a, b) => b.prefix.length - a.prefix.length))
}

/** The route of a raw path, if there is one. */
export function findProxyRoute(routes: readonly ProxyRoute[], path: string): ProxyRoute | undefined {
  return routes.find(({ prefix }) => isUnder(path, prefix))
}

function createRoute(prefix: string, options: ProxyOptions): ProxyRoute {
  const { origin, pathname } = new URL(options.target)
  return Object.freeze({
    prefix,
    origin,
    basePath: pathname.replace(/\/+$/, ''),
    provider: options.provider,
    methods: options.methods ?? METHODS,
    requirement: { ...options.require, provider: options.provider },
    headers: lowerCase(options.headers ?? {}),
    identityHeaders: lowerCase(options.identityHeaders ?? {}),
    passCookies: options.passCookies ?? [],
    allowedOrigins: options.allowedOrigins ?? [],
    limits: Object.freeze({
      maxBodyBytes: options.maxBodyBytes ?? 10 * 1024 * 1024,
      connectTimeout: (options.connectTimeout ?? 5) * 1000,
      headersTimeout: (options.headersTimeout ?? 30) * 1000,
      idleTimeout: (options.idleTimeout ?? 60) * 1000,
      totalTimeout: (options.totalTimeout ?? 0) * 1000,
      maxConnections: options.maxConnections ?? 64,
    }),
    encodedSlashes: options.encodedSlashes ?? 'refuse',
  })
}

function lowerCase<Value>(headers: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.freeze(Object.fromEntries(Object.entries(headers).map(([name, value]) => [canonical(name), value])))
}
