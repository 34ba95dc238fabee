import {
  defineProvider,
  type OAuth2Endpoints,
  type OAuth2Facts,
  type OAuth2Provider,
  type UserProfile,
} from '@postern/core'
import type { JsonObject } from './checked-value.ts'
import { functionProblem, refuseProblems } from './option-problems.ts'
import { authenticationOf, type Credentials } from './preset-options.ts'
import { requestProfile } from './profile-request.ts'
import { mappedUser } from './standard-claims.ts'

type Passed<Id extends string> = Omit<
  OAuth2Facts<Id>,
  'protocol' | 'name' | 'clientAuthentication' | 'endpoints' | 'identify' | 'identifyOffline'
>

/** Every fact of an OAuth 2.0 provider, with `clientSecret` for the common case. */
export type OAuth2Options<Id extends string, User extends UserProfile> = Passed<Id> &
  Credentials & {
    /** Name on pages, for people. Default: the id. */
    readonly name?: string | undefined
    /** `userinfo` is the address that answers, to a GET with the access token, who signed in. */
    readonly endpoints: OAuth2Endpoints & { readonly userinfo: string }
    /**
     * Makes the user from that answer. Its `id` must be a string that is unique and stable within the provider: a
     * user id is, a name and an e-mail address are not. Turn a number into a string: `String(profile.id)`.
     */
    readonly user: (profile: JsonObject) => User
  }

/**
 * Any OAuth 2.0 provider whose profile is one GET of JSON. For anything else, write a definition: see
 * `docs/writing-a-provider.md`.
 *
 * @throws GatewayError `config_invalid`, naming every problem
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1
 */
export function oauth2<const Id extends string, User extends UserProfile>(
  options: OAuth2Options<Id, User>,
): OAuth2Provider<Id, User> {
  const { user, name, clientSecret, clientAuthentication, ...facts } = options
  refuseProblems(facts.id, [functionProblem('user', user)])
  return defineProvider({
    ...facts,
    protocol: 'oauth2',
    name: name ?? facts.id,
    clientAuthentication: authenticationOf(facts.id, { clientSecret, clientAuthentication }),
    identify: async (context) => {
      const headers = facts.apiHeaders?.(context.origin) ?? {}
      const request = { provider: facts.id, url: facts.endpoints.userinfo, headers, advise: facts.advise }
      const profile = await requestProfile(context, request)
      return mappedUser(facts.id, () => user(profile))
    },
  })
}
