import type { CallbackPath } from './callback-path.ts'

/** One of the gateway's own paths. */
export interface Route {
  readonly name: RouteName
  /** Absolute path, as the browser sees it. `:provider` stands for one path segment. */
  readonly path: string
  /** Methods it answers to. Adapters mount every method: the others get 405 with `Allow`. */
  readonly methods: readonly RouteMethod[]
  /** The provider of a path that does not name it: that of a registered redirect URI. */
  readonly provider?: string | undefined
}

export type RouteName =
  | 'login'
  | 'login-provider'
  | 'callback'
  | 'session'
  | 'sessions'
  | 'verify'
  | 'logout'
  | 'signed-out'
  | 'backchannel-logout'
  | 'frontchannel-logout'
export type RouteMethod = 'GET' | 'POST'

/**
 * The table of routes under `basePath`: the one place that says which URLs the gateway has.
 *
 * @param callbacks further paths at which answers of providers arrive
 */
export function routesUnder(basePath: string, callbacks: readonly CallbackPath[] = []): readonly Route[] {
  return Object.freeze([
    ...callbacks.map(({ path, provider }): Route => ({ name: 'callback', path, methods: ['GET', 'POST'], provider })),
    { name: 'login', path: `${basePath}/login`, methods: ['GET', 'POST'] },
    { name: 'login-provider', path: `${basePath}/login/:provider`, methods: ['GET', 'POST'] },
    { name: 'callback', path: `${basePath}/callback/:provider`, methods: ['GET', 'POST'] },
    { name: 'session', path: `${basePath}/session`, methods: ['GET'] },
    { name: 'sessions', path: `${basePath}/sessions`, methods: ['GET', 'POST'] },
    { name: 'verify', path: `${basePath}/verify`, methods: ['GET'] },
    { name: 'signed-out', path: `${basePath}/signed-out`, methods: ['GET'] },
    { name: 'backchannel-logout', path: `${basePath}/backchannel-logout/:provider`, methods: ['POST'] },
    { name: 'frontchannel-logout', path: `${basePath}/frontchannel-logout/:provider`, methods: ['GET'] },
    { name: 'logout', path: `${basePath}/logout`, methods: ['GET', 'POST'] },
  ])
}

/** The route of a request, and the provider segment of its path, undecoded: provider ids need no encoding. */
export interface RouteMatch {
  readonly route: Route
  readonly provider: string | undefined
}

/** Finds the route of a path. Byte for byte: no decoding, no case folding, no trailing slash. */
export function matchRoute(routes: readonly Route[], path: string): RouteMatch | undefined {
  for (const route of routes) {
    if (!route.path.endsWith(PARAMETER)) {
      if (route.path === path) return { route, provider: route.provider }
      continue
    }
    const prefix = route.path.slice(0, -PARAMETER.length)
    const provider = path.startsWith(prefix) ? path.slice(prefix.length) : ''
    if (provider !== '' && !provider.includes('/')) return { route, provider }
  }
  return undefined
}

const PARAMETER = ':provider'

/** Path and raw query of a request target, in origin form or absolute form (RFC 9112 section 3.2). */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const origin = /^https?:\/\/[^/?#]*/i.exec(target)?.[0] ?? ''
  const [beforeHash = ''] = target.slice(origin.length).split('#', 1)
  const mark = beforeHash.indexOf('?')
  const end = mark === -1 ? beforeHash.length : mark
  return { path: beforeHash.slice(0, end) || '/', query: beforeHash.slice(end + 1) }
}
