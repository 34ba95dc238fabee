/** A path of this application, besides the usual one, at which answers of a provider arrive. */
export interface CallbackPath {
  readonly provider: string
  readonly path: string
}

interface Registered {
  readonly id: string
  readonly redirectUri?: string | undefined
}

// Only what every router takes literally, and no proxy in between rewrites.
const LITERAL = /^(?:\/[\w~-][\w.~-]*)+\/?$/

/**
 * The paths of redirect URIs that were registered before there was a gateway, or with a slash more: where they are on
 * this origin and plain, the gateway answers there too. The start page stays the application's: whoever registered
 * that, and whoever registered another address, leads it to the callback.
 */
export function callbackPaths(
  providers: readonly Registered[],
  origin: string,
  basePath: string,
): readonly CallbackPath[] {
  return providers.flatMap(({ id, redirectUri }) => {
    const url = redirectUri === undefined ? null : URL.parse(redirectUri)
    if (url === null || url.origin !== origin || !LITERAL.test(url.pathname)) return []
    return url.pathname === `${basePath}/callback/${id}` ? [] : [{ provider: id, path: url.pathname }]
  })
}
