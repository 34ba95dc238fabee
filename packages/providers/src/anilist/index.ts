import { defineProvider, type OAuth2Endpoints, type OAuth2Provider, type ProviderFailure } from '@postern/core'
import { originOf } from '../checked-value.ts'
import { headerProblem, refuseProblems } from '../option-problems.ts'
import { chosen, type PresetOptions } from '../preset-options.ts'
import { offlineUser } from './offline-user.ts'
import { repairTokenResponse } from './token-response.ts'
import { type AniListUser, fetchViewer } from './viewer.ts'

export type { AniListUser }

/** Where AniList's GraphQL API is: what to give `auth.fetch`. */
export const ANILIST_API = 'https://graphql.anilist.co'

export interface AniListOptions<Id extends string = 'anilist'> extends PresetOptions<Id> {
  /** Client secret, from anilist.co/settings/developer. */
  readonly clientSecret: string
  /**
   * `User-Agent` of requests to the API, which refuses some without one. Default `Postern (+{origin})`: set it to the
   * name of your application.
   */
  readonly userAgent?: string | undefined
  /** `Referer` of requests to the API, which has refused those without one since 2026. Default `{origin}/`. */
  readonly referer?: string | undefined
  /** Addresses of a stand-in for AniList; its GraphQL API goes under `userinfo`. Default: AniList's own. */
  readonly endpoints?: Partial<Pick<OAuth2Endpoints, 'authorization' | 'token' | 'userinfo'>> | undefined
}

/**
 * Sign-in for AniList. Unofficial: AniList neither makes nor endorses it.
 *
 * AniList has no scopes, no refresh tokens and no revocation. A sign-in lasts as long as its access token, which is a
 * year, and signing out here leaves the token alive until it expires or the person removes the application.
 *
 * Confirmed in AniList's documentation (git revision of 2026-03-17): the endpoints, credentials in the body, the
 * token's form and its year, `Viewer`, the rate limits, and the 403 during outages. Not confirmed there: that `state`
 * comes back (public integrations say so), that the code challenge is verified (assumed not), the shape of token
 * errors, and the need for a `Referer` (field reports since September 2026). Nothing was tried against AniList itself.
 *
 * @see https://docs.anilist.co/guide/auth/
 */
export function anilist<const Id extends string = 'anilist'>(
  options: AniListOptions<Id>,
): OAuth2Provider<NoInfer<Id>, AniListUser> {
  const { userAgent, referer, endpoints, ...others } = options
  const api = endpoints?.userinfo ?? ANILIST_API
  const facts = chosen({ id: 'anilist', name: 'AniList' }, others)
  refuseProblems(facts.id, [headerProblem('userAgent', userAgent), headerProblem('referer', referer)])
  const apiHeaders = (origin: string) => ({
    referer: referer ?? `${origin}/`,
    'user-agent': userAgent ?? `Postern (+${origin})`,
  })
  return defineProvider({
    protocol: 'oauth2',
    // A stand-in is another issuer, and has none that we know.
    issuer: endpoints === undefined ? 'https://anilist.co' : undefined,
    endpoints: {
      authorization: 'https://anilist.co/api/v2/oauth/authorize',
      token: 'https://anilist.co/api/v2/oauth/token',
      ...endpoints,
      userinfo: api,
    },
    apiOrigins: [originOf(api)],
    capabilities: { pkce: false },
    manageAccessUrl: 'https://anilist.co/settings/apps',
    identify: (context) =>
      fetchViewer(context, { provider: facts.id, api, headers: apiHeaders(context.origin), advise }),
    identifyOffline: offlineUser,
    apiHeaders,
    repair: repairTokenResponse,
    advise,
    ...facts,
  })
}

function advise({ step, status, oauthError }: ProviderFailure): string | undefined {
  if (oauthError === 'invalid_client' || (step === 'token' && status === 401)) {
    return `Check ${REGISTERED}: it must be the one this gateway sends, byte for byte. AniList answers the same to a wrong client id or secret.`
  }
  // Newer versions of its engine say this of the redirect URI, and older ones of a code that is no longer good.
  if (step === 'token' && oauthError === 'invalid_request') {
    return `If it happens every time, check ${REGISTERED}: it must be the one this gateway sends, byte for byte.`
  }
  if (step === 'profile' && status === 403) {
    return 'AniList answers 403 while its API is switched off, and to requests without a Referer.'
  }
  if (step === 'profile' && status === 429) return 'AniList allows 30 to 90 requests a minute for each address.'
  return undefined
}

const REGISTERED = 'the redirect URI registered at anilist.co/settings/developer'
