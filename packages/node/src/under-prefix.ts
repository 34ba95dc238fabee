import { type Gateway, GatewayError } from '@postern/core'

/**
 * The gateway's own paths, as a router spells them that puts `prefix` in front of each. `basePath` is the whole
 * path, as the browser sees it, so it has to begin with the prefix. Paths of registered redirect URIs that do not are
 * out of the router's reach: whoever mounts it there leads them to the callback.
 *
 * @throws GatewayError `config_invalid`
 */
export function pathsUnder(prefix: string, { basePath, routes }: Gateway): readonly string[] {
  const start = startUnder(prefix, basePath, `basePath is ${basePath}`)
  const reached = routes.filter(({ path }) => path.startsWith(`${basePath.slice(0, start)}/`))
  return reached.map(({ path }) => path.slice(start))
}

/**
 * The prefixes that are forwarded, as a router spells them that puts `prefix` in front of each.
 *
 * @throws GatewayError `config_invalid`
 */
export function prefixesUnder(prefix: string, { prefixes }: Gateway): readonly string[] {
  return prefixes.map((path) => path.slice(startUnder(prefix, path, `proxy forwards ${path}`)))
}

/**
 * `basePath`, as a router spells it that puts `prefix` in front of each path.
 *
 * @throws GatewayError `config_invalid`
 */
export function basePathUnder(prefix: string, { basePath }: Gateway): string {
  return basePath.slice(startUnder(prefix, basePath, `basePath is ${basePath}`))
}

/** Where in `path` the part begins that comes after the router's prefix. */
function startUnder(prefix: string, path: string, problem: string): number {
  const bare = prefix.replace(/\/$/, '')
  if (`${path}/`.startsWith(`${bare}/`)) return bare.length
  const advice = `${problem}, but the gateway is mounted under ${prefix}: start the one with the other.`
  throw new GatewayError('config_invalid', { advice })
}
