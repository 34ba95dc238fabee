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

/** Throws `config_invalid` for what is no gateway, its options for instance, and for failures that go nowhere. */
export function checkMount({ gateway, failures = 'render' }: Mount): void {
  // Options and whole option bags are passed by mistake, and JavaScript says nothing.
  if (typeof gateway?.handle !== 'function') {
    throw new GatewayError('config_invalid', { advice: 'Pass a gateway: createGateway(options) makes one.' })
  }
  if (failures !== 'render' && failures !== 'throw') {
    throw new GatewayError('config_invalid', { advice: "failures must be 'render' or 'throw'." })
  }
}

/** Mounts a gateway on an application, a scope of it or a request. Throws `config_invalid` where there is none. */
export function addMount(place: Place & object, mount: Mount): void {
  checkMount(mount)
  place[MOUNTS] = [...(place[MOUNTS] ?? []), mount]
}

/** The gateways that a place can see. */
export function mountsOf(place: Place & object): readonly Mount[] {
  return place[MOUNTS] ?? []
}

/**
 * Throws `config_invalid` for the first route that the application has already: a framework that notices by itself says
 * so where nobody can catch it, and not what to do.
 */
export function refuseTaken<R extends { readonly url: string }>(
  routes: readonly R[],
  isTaken: (route: R) => boolean,
): void {
  const taken = routes.find(isTaken)
  if (taken === undefined) return
  const advice = `${taken.url} is a route of the application or of another gateway: choose another basePath or prefix.`
  throw new GatewayError('config_invalid', { advice })
}

/** An error for a name that `auth` cannot have. `property` is what exists already, `option` what another name goes in. */
export function nameTaken(property: string, option: string): GatewayError {
  return new GatewayError('config_invalid', {
    advice: `${property} exists already: mount a gateway once, or choose another ${option}.`,
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
