import { defineProvider, type OidcFacts, type OidcProvider, type UserProfile } from '@postern/core'
import type { JsonObject } from './checked-value.ts'
import type { Credentials } from './preset-options.ts'
import { mappedUser, type OidcUser, standardUser } from './standard-claims.ts'

export type { OidcUser }

type Passed<Id extends string> = Omit<
  OidcFacts<Id>,
  'protocol' | 'name' | 'clientAuthentication' | 'identify' | 'identifyOffline'
>

/** Every fact of an OpenID Provider, with `clientSecret` for the common case. `scope` defaults to `openid profile`. */
export type OidcOptions<Id extends string = string> = Passed<Id> &
  Credentials & {
    /** Name on pages, for people. Default: the id. */
    readonly name?: string | undefined
  }

interface UserOption<User extends UserProfile> {
  /**
   * Makes the user from verified claims. Its `id` must be unique and stable within the provider: `sub` is, an e-mail
   * address is not. Default: the standard claims.
   */
  readonly user: (claims: JsonObject) => User
}

/**
 * Any OpenID Provider, found by its issuer: Keycloak, Auth0, Okta, Authentik, your own.
 *
 * @throws GatewayError `config_invalid`, naming every problem
 * @see https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
export function oidc<const Id extends string>(options: OidcOptions<Id>): OidcProvider<Id, OidcUser>
export function oidc<const Id extends string, User extends UserProfile>(
  options: OidcOptions<Id> & UserOption<User>,
): OidcProvider<Id, User>
export function oidc(options: OidcOptions & Partial<UserOption<UserProfile>>): OidcProvider {
  const { user, name, clientSecret = '', clientAuthentication, ...facts } = options
  return defineProvider({
    ...facts,
    protocol: 'oidc',
    name: name ?? facts.id,
    clientAuthentication: clientAuthentication ?? { method: 'client_secret_post', clientSecret },
    scope: facts.scope ?? ['openid', 'profile'],
    identify: async ({ claims }) =>
      user === undefined ? standardUser(claims, facts.id) : mappedUser(facts.id, () => user(claims)),
  })
}
