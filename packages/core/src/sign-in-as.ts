import type { Gateway } from './contract.ts'
import { GatewayError } from './error.ts'
import { enter } from './flow/enter.ts'
import { checkedUser } from './flow/exchange.ts'
import type { Services } from './flow/services.ts'
import type { Provider } from './provider/provider.ts'
import type { UserOf } from './session/auth.ts'

/** Somebody to sign in: one of a gateway's providers, and a user as that provider's definition makes them. */
export type SignInAs<P extends Provider> = P extends Provider
  ? {
      readonly provider: P['id']
      readonly user: UserOf<P>
      /** Default: a random one, which no API knows. */
      readonly accessToken?: string | undefined
      /** Seconds the access token lives. Default: it does not expire. */
      readonly expiresIn?: number | undefined
      readonly refreshToken?: string | undefined
      readonly idToken?: string | undefined
      /** What was granted. Default: what the provider is asked for. */
      readonly scope?: readonly string[] | undefined
      /** Of the ID token: `sid`, `auth_time`, `acr`, and `sub` where that is not the id of the user. */
      readonly claims?: Readonly<Record<string, unknown>> | undefined
    }
  : never

/**
 * Signs somebody in without a provider, a browser or a network: for tests of an application's own routes. All the rest is
 * as ever: `onSignIn` is asked, events are emitted, and the session is where the gateway keeps its sessions.
 *
 * It is for whoever holds the gateway, and for nobody else: never let a request say whom to sign in.
 *
 * @returns the value of a `Cookie` header
 * @throws GatewayError `provider_unknown`, `profile_invalid` for a user without an id, `sign_in_refused` by `onSignIn`,
 *   and whatever else can refuse a sign-in after the provider has answered
 */
export async function signInAs<P extends Provider>(gateway: Gateway<P>, somebody: SignInAs<P>): Promise<string> {
  const services = servicesOf.get(gateway)
  if (services === undefined) {
    throw new GatewayError('config_invalid', { advice: 'signInAs needs what createGateway returned, and no copy.' })
  }
  const { config, random, reference } = services
  const { provider: id, user, accessToken = random(), expiresIn, refreshToken, idToken, claims = {} } = somebody
  const provider = config.providers.get(id)
  if (provider === undefined) throw new GatewayError('provider_unknown')
  const { scope = provider.scope } = somebody
  const vouched = {
    user: checkedUser(user, id),
    profileKnown: true,
    tokens: { accessToken, expiresIn, refreshToken, idToken, scope, claims },
  }
  const entrant = { cookieHeader: undefined, userAgent: undefined, startedAt: config.now() }
  const { cookies } = await enter(vouched, provider, entrant, services, reference())
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
}

const servicesOf = new WeakMap<object, Services>()

/** So that `signInAs` finds what a gateway works with, and nobody else does. */
export function rememberServices(gateway: Gateway, services: Services): void {
  servicesOf.set(gateway, services)
}
