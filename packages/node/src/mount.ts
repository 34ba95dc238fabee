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

const MOUNTS: unique symbol = Symbol('postern.mounts')

/** What gateways are mounted on. Places inside it, that have it as a prototype, see them too. */
interface Place {
  [MOUNTS]?: readonly Mount[]
}

/** Mounts a gateway on an application, a scope of it or a request. Throws `config_invalid` where there is none. */
export function addMount(place: Place & object, mount: Mount): void {
  if (mount.gateway === undefined) {
    throw new GatewayError('config_invalid', { advice: 'Pass a gateway: createGateway makes one.' })
  }
  place[MOUNTS] = [...(place[MOUNTS] ?? []), mount]
}

/** The gateways that a place can see. */
export function mountsOf(place: Place & object): readonly Mount[] {
  return place[MOUNTS] ?? []
}

/** An error for a name that `auth` cannot have. `property` is what exists already, `option` what another name goes in. */
export function nameTaken(property: string, option: string): GatewayError {
  return new GatewayError('config_invalid', {
    advice: `${property} exists already: give this gateway another ${option}.`,
  })
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
