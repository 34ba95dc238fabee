import {
  defineProvider,
  type OAuth2Endpoints,
  type OAuth2Provider,
  type ProviderFailure,
  plainCodeChallenge,
  type UserProfile,
} from '@postern/core'
import { type JsonObject, known, originOf, subjectFrom, text, webAddress } from './checked-value.ts'
import { type Credentials, chosen, type PresetOptions, type ScopeOption } from './preset-options.ts'
import { requestProfile } from './profile-request.ts'

/** Who signed in. MyAnimeList tells no e-mail address. */
export type MyAnimeListUser = UserProfile

export type MyAnimeListOptions<Id extends string = 'myanimelist'> = PresetOptions<Id> &
  ScopeOption &
  Credentials & {
    /** Addresses that differ, for a stand-in in a test. `userinfo` is `GET /v2/users/@me` of the API. */
    readonly endpoints?: Partial<Pick<OAuth2Endpoints, 'authorization' | 'token' | 'userinfo'>> | undefined
  }

/**
 * MyAnimeList. An application of any other type than "web" has no secret: say
 * `clientAuthentication: { method: 'none' }`.
 *
 * Its code challenge is `plain`, the one method it takes: whoever reads the authorization request could spend the
 * code, so `state` and the transaction cookie are what protects a sign-in here.
 *
 * Confirmed in MyAnimeList's documentation (a stored copy read on 2026-11-25): the authorization endpoint, `plain`
 * only, an hour of access, a month of refresh, the redirect URI compared exactly. Not confirmed there: the token
 * endpoint and the API's address (the copy ends before them; public clients use these), the fields of `/users/@me`,
 * that `state` always comes back, and that a refresh token ends when it is replaced.
 *
 * @see https://myanimelist.net/apiconfig/references/authorization
 */
export function myanimelist<const Id extends string = 'myanimelist'>(
  options: MyAnimeListOptions<Id>,
): OAuth2Provider<NoInfer<Id>, MyAnimeListUser> {
  const { endpoints, ...others } = options
  const userinfo = endpoints?.userinfo ?? 'https://api.myanimelist.net/v2/users/@me'
  const facts = chosen({ id: 'myanimelist', name: 'MyAnimeList' }, others)
  return defineProvider({
    protocol: 'oauth2',
    endpoints: {
      authorization: 'https://myanimelist.net/v1/oauth2/authorize',
      token: 'https://myanimelist.net/v1/oauth2/token',
      ...endpoints,
      userinfo,
    },
    codeChallengeMethod: plainCodeChallenge,
    apiOrigins: [originOf(userinfo)],
    capabilities: { refresh: true, rotation: true },
    identify: async (context) =>
      userFrom(await requestProfile(context, { provider: facts.id, url: userinfo, advise }), facts.id),
    advise,
    ...facts,
  })
}

function userFrom({ id, name, picture }: JsonObject, provider: string): MyAnimeListUser {
  return { id: subjectFrom(id, provider), ...known({ name: text(name), picture: webAddress(picture) }) }
}

function advise({ step, status, oauthError }: ProviderFailure): string | undefined {
  if (oauthError === 'invalid_client')
    return 'Check the client id, the secret and the redirect URL at myanimelist.net/apiconfig.'
  if (step === 'profile' && status === 403) return 'MyAnimeList answers 403 to an address that asks too often.'
  return undefined
}
