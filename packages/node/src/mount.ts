import { type Gateway, GatewayError } from '@postern/core'

/** A gateway in an application, and who answers with its failures. */
export interface Mount {
  readonly gateway: Gateway
  /**
   * `render` (default): the gateway answers with a page or problem details. `throw`: the failure goes to the
   * application's own error handling, as a `GatewayError`.
   */
  readonly failures?: 'render' | 'throw' | undefined
}

/**
 * The mount of `gateway`, or without one the only mount there is.
 *
 * @throws GatewayError `gateway_not_mounted`: a guard that cannot find its gateway lets nobody pass
 */
export function mountFor(mounts: readonly Mount[] = [], gateway?: Gateway): Mount {
  const isObvious = gateway === undefined && mounts.length === 1
  const mount = isObvious ? mounts[0] : mounts.find((candidate) => candidate.gateway === gateway)
  if (mount !== undefined) return mount
  const isAmbiguous = gateway === undefined && mounts.length > 1
  const advice = isAmbiguous ? 'Several are mounted: name one, as in requireSignIn({ gateway }).' : undefined
  throw new GatewayError('gateway_not_mounted', { advice })
}

/**
 * The gateway's own paths, as a router spells them that puts `prefix` in front of each. `basePath` is the whole
 * path, as the browser sees it, so it has to begin with the prefix.
 *
 * @throws GatewayError `config_invalid`
 */
export function pathsUnder(prefix: string, { basePath, routes }: Gateway): readonly string[] {
  const bare = prefix.replace(/\/$/, '')
  if (`${basePath}/`.startsWith(`${bare}/`)) return routes.map(({ path }) => path.slice(bare.length))
  const advice = `basePath is ${basePath}, but the gateway is mounted under ${prefix}: start the one with the other.`
  throw new GatewayError('config_invalid', { advice })
}
