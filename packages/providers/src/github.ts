import {
  defineProvider,
  type OAuth2Endpoints,
  type OAuth2Provider,
  type ProviderFailure,
  type UserProfile,
} from '@postern/core'
import {
  type JsonObject,
  known,
  originOf,
  subjectFrom,
  text,
  webAddress,
  withoutTrailingSlash,
} from './checked-value.ts'
import { choiceProblem, headerProblem, refuseProblems } from './option-problems.ts'
import { type Credentials, chosen, type PresetOptions, type ScopeOption } from './preset-options.ts'
import { requestProfile } from './profile-request.ts'

/** Who signed in. The e-mail address is not among it: GitHub tells it only with the scope `user:email`, elsewhere. */
export interface GitHubUser extends UserProfile {
  /** The login. A person can change it, and somebody else can take it. */
  readonly username?: string | undefined
  /** Address of the public profile. */
  readonly url?: string | undefined
}

export type GitHubOptions<Id extends string = 'github'> = PresetOptions<Id> &
  ScopeOption &
  Credentials & {
    /** `https://github.example.com` for GitHub Enterprise Server. Default `https://github.com`. */
    readonly baseUrl?: string | undefined
    /**
     * `expiring` for a GitHub App, or any registration whose user tokens expire after eight hours: they are then
     * renewed with a refresh token, which GitHub replaces at each use. Default `lasting`.
     */
    readonly tokens?: 'lasting' | 'expiring' | undefined
    /** `User-Agent` of requests to the API, which refuses those without one. Default `Postern (+{origin})`. */
    readonly userAgent?: string | undefined
    /** Addresses that differ, for a stand-in in a test. `userinfo` is `GET /user` of the API. */
    readonly endpoints?: Partial<Pick<OAuth2Endpoints, 'authorization' | 'token' | 'userinfo'>> | undefined
  }

/**
 * GitHub, for OAuth apps and for GitHub Apps.
 *
 * Confirmed in GitHub's documentation (stored copies read on 2026-11-25): the endpoints, `GET /user`, errors with
 * status 200 and their names, commas between granted scopes, refresh and its rotation, the page to review access.
 * Not confirmed there: the issuer, which is from the release notes of next-auth 4.24.14, and S256, which is from
 * GitHub's changelog of 2025-07-14.
 *
 * @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export function github<const Id extends string = 'github'>(
  options: GitHubOptions<Id>,
): OAuth2Provider<NoInfer<Id>, GitHubUser> {
  const { baseUrl = GITHUB, tokens, userAgent, endpoints, ...others } = options
  const base = withoutTrailingSlash(baseUrl)
  const isGitHubCom = base === GITHUB && endpoints === undefined
  const userinfo = endpoints?.userinfo ?? (base === GITHUB ? 'https://api.github.com/user' : `${base}/api/v3/user`)
  const facts = chosen({ id: 'github', name: 'GitHub' }, others)
  refuseProblems(facts.id, [
    choiceProblem('tokens', tokens, ['lasting', 'expiring']),
    headerProblem('userAgent', userAgent),
  ])
  const apiHeaders = (origin: string) => ({
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    'user-agent': userAgent ?? `Postern (+${origin})`,
  })
  return defineProvider({
    protocol: 'oauth2',
    issuer: isGitHubCom ? 'https://github.com/login/oauth' : undefined,
    endpoints: {
      authorization: `${base}/login/oauth/authorize`,
      token: `${base}/login/oauth/access_token`,
      ...endpoints,
      userinfo,
    },
    apiOrigins: [originOf(userinfo)],
    capabilities: { refresh: tokens === 'expiring', rotation: tokens === 'expiring' },
    manageAccessUrl: `${base}/settings/connections/applications/${encodeURIComponent(facts.clientId)}`,
    identify: async (context) => {
      const headers = apiHeaders(context.origin)
      return userFrom(await requestProfile(context, { provider: facts.id, url: userinfo, headers, advise }), facts.id)
    },
    apiHeaders,
    repair,
    advise,
    ...facts,
  })
}

const GITHUB = 'https://github.com'

function userFrom({ id, login, name, avatar_url, html_url }: JsonObject, provider: string): GitHubUser {
  const username = text(login)
  return {
    id: subjectFrom(id, provider),
    ...known({ name: text(name) ?? username, username, picture: webAddress(avatar_url), url: webAddress(html_url) }),
  }
}

/**
 * Commas between scopes become spaces. A GitHub App's empty `scope` is dropped: its permissions are part of the
 * registration, so it says nothing about what was granted.
 */
function repair({ scope, ...response }: JsonObject): JsonObject {
  return typeof scope === 'string' && scope !== '' ? { ...response, scope: scope.replaceAll(',', ' ') } : response
}

function advise({ step, status, oauthError }: ProviderFailure): string | undefined {
  switch (oauthError) {
    case 'redirect_uri_mismatch':
      return 'Check the callback URL of the app at github.com/settings/developers.'
    case 'incorrect_client_credentials':
      return 'Check the client id and the client secret of the app at github.com/settings/developers.'
    case 'application_suspended':
      return 'GitHub has suspended this app.'
    case 'unverified_user_email':
      return 'This person must verify the primary e-mail address of their GitHub account first.'
    default:
      return step === 'profile' && (status === 403 || status === 429)
        ? 'GitHub limits how often its API is asked.'
        : undefined
  }
}
