import { defineProvider, type OidcProvider, type ProviderFailure } from '@postern/core'
import { type JsonObject, known, originOf, webAddress, withoutTrailingSlash } from './checked-value.ts'
import { type Credentials, chosen, type PresetOptions, type ScopeOption } from './preset-options.ts'
import { type OidcUser, standardUser } from './standard-claims.ts'

/** Who signed in. */
export interface GitLabUser extends OidcUser {
  /** Address of the public profile. */
  readonly url?: string | undefined
}

export type GitLabOptions<Id extends string = 'gitlab'> = PresetOptions<Id> &
  ScopeOption &
  Credentials & {
    /** `https://gitlab.example.com` for an instance of your own. Default `https://gitlab.com`. */
    readonly baseUrl?: string | undefined
  }

/**
 * GitLab, with OpenID Connect: GitLab.com or an instance of your own.
 *
 * Confirmed in GitLab's documentation (stored copies read on 2026-11-25): discovery, the claims and where they are,
 * S256, two hours of access, and that a refresh ends the old tokens. Not confirmed there: that the issuer is the
 * address of the instance without a slash, that tokens can be revoked with RFC 7009, and that there is no end-session
 * endpoint. That `auth_time` is the user's latest sign-in to GitLab, also in the ID token of a refresh, is from its
 * source (`config/initializers/doorkeeper_openid_connect.rb`).
 *
 * @see https://docs.gitlab.com/integration/openid_connect_provider/
 */
export function gitlab<const Id extends string = 'gitlab'>(
  options: GitLabOptions<Id>,
): OidcProvider<NoInfer<Id>, GitLabUser> {
  const { baseUrl = 'https://gitlab.com', ...others } = options
  const base = withoutTrailingSlash(baseUrl)
  const facts = chosen({ id: 'gitlab', name: 'GitLab', scope: ['openid', 'profile'] }, others)
  return defineProvider({
    protocol: 'oidc',
    issuer: base,
    apiOrigins: [originOf(base)],
    capabilities: { rotation: true, endSession: false },
    authTimeOnRefresh: 'latest',
    manageAccessUrl: `${base}/-/user_settings/applications`,
    identify: async ({ claims }) => userFrom(claims, facts.id),
    advise,
    ...facts,
  })
}

function userFrom(claims: JsonObject, provider: string): GitLabUser {
  return { ...standardUser(claims, provider), ...known({ url: webAddress(claims['profile']) }) }
}

function advise({ oauthError }: ProviderFailure): string | undefined {
  if (oauthError === 'invalid_scope')
    return 'Tick every scope this gateway asks for in the settings of the application at GitLab.'
  if (oauthError === 'invalid_client')
    return 'Check the application id and the secret in the settings of the application at GitLab.'
  return undefined
}
