import { GatewayError } from '../error.ts'
import { safePath } from '../http/return-to.ts'
import { type EndpointContext, providerNamed, returnRule, single } from './context.ts'

/** What the address of a sign-in asks for, and the form that was posted to it. */
export interface LoginRequest {
  /** `undefined`: the default provider, or the page to choose one. */
  readonly provider: string | undefined
  readonly returnTo: string | undefined
  readonly parameters: URLSearchParams
}

/**
 * Reads a sign-in that somebody asks for: our own pages with `return_to`, or a third party with `iss` and
 * `target_link_uri`. Throws `issuer_unknown` when no provider here has that issuer.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#ThirdPartyInitiatedLogin
 */
export function readLoginRequest(
  context: EndpointContext,
  named: string | undefined,
  parameters: URLSearchParams,
): LoginRequest {
  const { services } = context
  const provider = named === undefined ? undefined : providerNamed(named, services).id
  if (!parameters.has('iss')) {
    return { provider, parameters, returnTo: safePath(single(parameters, 'return_to'), returnRule(context)) }
  }
  const issuer = single(parameters, 'iss')
  const found = [...services.config.providers.values()].find((one) => one.issuer !== undefined && one.issuer === issuer)
  if (found === undefined || (provider !== undefined && provider !== found.id)) throw new GatewayError('issuer_unknown')
  return { provider: found.id, parameters, returnTo: targetPath(single(parameters, 'target_link_uri'), context) }
}

/** A third party names its target as a URL: only one of this application counts. */
function targetPath(target: string | undefined, context: EndpointContext): string | undefined {
  const { origin } = context.services.config
  const path = target?.startsWith(`${origin}/`) === true ? target.slice(origin.length) : target
  return safePath(path, returnRule(context))
}
