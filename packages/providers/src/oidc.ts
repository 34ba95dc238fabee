import { defineProvider, type OidcFacts, type OidcProvider, type UserProfile } from '@postern/core'
import type { JsonObject } from './checked-value.ts'
import { functionProblem, refuseProblems } from './option-problems.ts'
import { authenticationOf, type Credentials } from './preset-options.ts'
import { mappedUser, type OidcUser, standardUser } from './standard-claims.ts'

export type { OidcUser }

type Passed<Id extends string> = Omit<
  OidcFacts<Id>,
  'protocol' | 'name' | 'clientAuthentication' | 'identify' | 'identifyOffline'
>

/** Every fact of an OpenID Provider, with `clientSecret` for the common case. `scope` defaults to `openid profile`. */
export type OidcOptions<Id extends string = string, User extends UserProfile = OidcUser> = Passed<Id> &
  Credentials & {
    /** Name on pages, for people. Default: the id. */
    readonly name?: string | undefined
    /**
     * Makes the user from verified claims. Its `id` must be unique and stable within the provider: `sub` is, an e-mail
     * address is not. Default: the standard claims.
     */
    readonly user?: ((claims: JsonObject) => User) | undefined
  }

/**
 * Any OpenID Provider, found by its issuer: Keycloak, Auth0, Okta, Authentik, your own.
 *
 * @throws GatewayError `config_invalid`, naming every problem
 * @see https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
export function oidc<const Id extends string, User extends UserProfile = OidcUser>(
  options: OidcOptions<Id, User>,
): OidcProvider<Id, NoInfer<User>> {
  const { user, name, clientSecret, clientAuthentication, ...facts } = options
  const { id, scope = ['openid', 'profile'] } = facts
  refuseProblems(id, [user === undefined ? undefined : functionProblem('user', user)])
  return defineProvider({
    ...facts,
    protocol: 'oidc',
    name: name ?? id,
    clientAuthentication: authenticationOf(facts.id, { clientSecret, clientAuthentication }),
    scope,
    identify: async ({ claims }) => {
      if (user !== undefined) return mappedUser(id, () => user(claims))
      // Without `user` there is nothing to infer `User` from but its default, `OidcUser`.
      return standardUser(claims, id) as UserProfile as User
    },
  })
}
