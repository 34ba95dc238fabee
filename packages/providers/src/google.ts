import { defineProvider, GatewayError, type OidcProvider } from '@postern/core'
import { isObject, type JsonObject, known, text } from './checked-value.ts'
import { choiceProblem, refuseProblems } from './option-problems.ts'
import { type Credentials, chosen, type PresetOptions, type ScopeOption } from './preset-options.ts'
import { type OidcUser, standardUser } from './standard-claims.ts'

/** Who signed in. */
export interface GoogleUser extends OidcUser {
  /** The Google Workspace or Cloud organisation that manages the account. Absent for personal accounts. */
  readonly hostedDomain?: string | undefined
}

export type GoogleOptions<Id extends string = 'google'> = PresetOptions<Id> &
  ScopeOption &
  Credentials & {
    /** Only accounts of this organisation, like `example.com`, may sign in. Default: all accounts. */
    readonly hostedDomain?: string | undefined
    /**
     * `offline` asks for a refresh token, and for consent at each sign-in, without which Google gives one only the
     * first time. Default `online`.
     */
    readonly access?: 'online' | 'offline' | undefined
    /** Another issuer, for a stand-in in a test. Default `https://accounts.google.com`. */
    readonly issuer?: string | undefined
    /** Google APIs that `auth.fetch` may call, like `https://www.googleapis.com`. Default none. */
    readonly apiOrigins?: readonly string[] | undefined
  }

/**
 * Google, with OpenID Connect.
 *
 * Confirmed in Google's documentation and its discovery document (stored copies read on 2026-11-25): the issuer,
 * RS256, S256, credentials in the body, revocation, `hd`, and that it must be checked in the ID token. Not confirmed
 * there: that there is no end-session endpoint (the copy of the discovery document has none).
 *
 * @see https://developers.google.com/identity/openid-connect/openid-connect
 */
export function google<const Id extends string = 'google'>(
  options: GoogleOptions<Id>,
): OidcProvider<NoInfer<Id>, GoogleUser> {
  const {
    hostedDomain,
    access,
    authorizationParameters,
    apiOrigins,
    issuer = 'https://accounts.google.com',
    ...others
  } = options
  const facts = chosen({ id: 'google', name: 'Google', scope: ['openid', 'profile'] }, others)
  refuseProblems(facts.id, [
    choiceProblem('access', access, ['online', 'offline']),
    hostedDomain === undefined || DOMAIN.test(hostedDomain)
      ? undefined
      : 'hostedDomain must be one domain in lower case, like example.com.',
  ])
  const own = {
    ...(hostedDomain === undefined ? {} : { hd: hostedDomain }),
    ...(access === 'offline' ? { access_type: 'offline', prompt: 'consent' } : {}),
  }
  return defineProvider({
    protocol: 'oidc',
    issuer,
    apiOrigins,
    // What is no object is passed on, to be refused: the letters of a text would be sent as parameters.
    authorizationParameters: isObject(authorizationParameters ?? own)
      ? { ...own, ...authorizationParameters }
      : authorizationParameters,
    capabilities: { refresh: access === 'offline', endSession: false },
    manageAccessUrl: 'https://myaccount.google.com/permissions',
    identify: async ({ claims }) => userFrom(claims, facts.id, hostedDomain),
    ...facts,
  })
}

// What `hd` of an ID token can be. With anything else, an empty setting for one, nobody could sign in.
const DOMAIN = /^[^\s@/*A-Z]+\.[^\s@/*A-Z]+$/

/** `hd` in the request only chooses what the page shows. In the ID token it is Google's word. */
function userFrom(claims: JsonObject, provider: string, required: string | undefined): GoogleUser {
  const hostedDomain = text(claims['hd'])
  if (required !== undefined && hostedDomain !== required) throw new GatewayError('sign_in_refused', { provider })
  return { ...standardUser(claims, provider), ...known({ hostedDomain }) }
}
