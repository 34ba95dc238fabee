import type { IncomingMessage } from 'node:http'
import {
  type Gateway,
  GatewayError,
  type Next,
  type ProvidersOf,
  type RegisteredGateway,
  type Reply,
  type Requirement,
  type Visit,
} from '@postern/core'
import { isClaimed } from './claim.ts'
import { type Outcome, withFailures } from './failures.ts'
import { type Mount, mountFor, mountsOf } from './mount.ts'
import { checkRequirement } from './requirement.ts'
import { refuseUnknown } from './unknown-options.ts'
import { admitEveryone, NEXT, type Verdict, visitOf } from './visit.ts'

/**
 * A guard, before a framework has made a hook or middleware of it: may this request go on? Throws
 * `gateway_not_mounted` where the gateway it asks is not to be found: a guard that cannot ask lets nobody pass.
 *
 * @param place what gateways are mounted on, as `addMount` was told: an application, a scope of it, a request
 * @param target as in `visitOf`
 */
export type Guard = (place: object, message: IncomingMessage, target?: string) => Verdict

/** A requirement, and the gateway that decides where several are mounted. */
export type GuardOptions<G extends Gateway> = Requirement<ProvidersOf<G>> & { readonly gateway: G }

/** The `requireSignIn` of an adapter: knows the providers of the gateway it is given, or of the registered one. */
export interface RequireSignIn<Hook> {
  <G extends Gateway>(options: GuardOptions<G>): Hook
  (requirement?: Requirement<ProvidersOf<RegisteredGateway>>): Hook
}

/** The `loadAuth` of an adapter. */
export type LoadAuth<Hook> = (options?: { readonly gateway?: Gateway }) => Hook

/** Any of them, when the type has forgotten the providers. */
type AnyGuardOptions = { readonly gateway?: Gateway } & { readonly [Name in keyof Requirement]?: unknown }

/** A guard that asks for a signed-in user who meets the requirement. Throws `config_invalid` where it is none. */
export function signInGuard(options: AnyGuardOptions = {}): Guard {
  refuseRequest(options, 'requireSignIn')
  const { gateway, ...rest } = options
  const requirement = checkRequirement(rest, gateway)
  // Without a gateway to name, whose providers they are is known only where the guard stands.
  const check = (found: Gateway) => checkRequirement(rest, found)
  return guard(gateway, (visit) => visit.guard(requirement), check)
}

/**
 * A guard that asks for nothing, and lets everyone pass once `auth` can be read. Throws `config_invalid` for a
 * requirement: it would not be asked.
 */
export function loadGuard(options: { readonly gateway?: Gateway } = {}): Guard {
  refuseRequest(options, 'loadAuth')
  refuseUnknown(options, ['gateway'])
  return guard(options.gateway, admitEveryone)
}

/** The guard of a route that says in its configuration what it asks: `'required'`, `'optional'` or a requirement. */
export function configuredGuard(asked: unknown, gateway: Gateway): Guard {
  return asked === 'optional' ? loadGuard({ gateway }) : signInGuard({ ...checkRequirement(asked, gateway), gateway })
}

function guard(
  gateway: Gateway | undefined,
  decide: (visit: Visit) => Verdict,
  check?: (found: Gateway) => unknown,
): Guard {
  let checked = gateway
  return (place, message, target) => {
    // A guard over everything reaches the gateway's own routes too, and a login behind a login is a loop.
    if (isClaimed(place)) return NEXT
    const mount = mountFor(mountsOf(place), gateway)
    if (mount.gateway !== checked) {
      check?.(mount.gateway)
      checked = mount.gateway
    }
    const verdict = decide(visitOf(mount.gateway, message, target))
    // Otherwise there is nothing to wait for once more.
    if (mount.failures !== 'throw') return verdict
    return 'then' in verdict ? verdict.then((settled) => asMounted(settled, mount)) : asMounted(verdict, mount)
  }
}

/** What makes a guard was passed on as if it were one, and a framework has called it with a request. */
function refuseRequest(options: object, name: string): void {
  if (!('headers' in Object(options))) return
  throw new GatewayError('config_invalid', {
    advice: `${name} makes a guard and is none: call it where you pass it on, as in ${name}().`,
  })
}

function asMounted(decision: Next | Reply, mount: Mount): Next | Outcome {
  return decision.type === 'next' ? decision : withFailures(decision, mount)
}
