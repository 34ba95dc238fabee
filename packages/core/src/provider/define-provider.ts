import { GatewayError } from '../error.ts'
import { concealed } from './concealed.ts'
import { insecureLoopback, plainCodeChallenge } from './danger.ts'
import { factProblems, isProviderId } from './fact-problems.ts'
import type {
  Capabilities,
  LoginParameter,
  OAuth2Endpoints,
  OAuth2Provider,
  OidcProvider,
  Provider,
  ProviderFacts,
  UserProfile,
} from './provider.ts'

export { insecureLoopback, plainCodeChallenge }

/** What a person writes about a provider without OpenID Connect. */
export interface OAuth2Facts<Id extends string = string, User extends UserProfile = UserProfile>
  extends Facts<Id, User> {
  readonly protocol: 'oauth2'
  /** `iss` of RFC 9207, when the provider has one. Default: none, and a returned `iss` is ignored. */
  readonly issuer?: string | undefined
  /**
   * `true` for a provider that documents that it always sends `iss`: an authorization response without it is refused
   * then. Needs `issuer`. Default `false`: an `iss` that is missing is not missed. An OpenID Provider says so itself.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9207#section-3
   */
  readonly authorizationResponseIssParameterSupported?: boolean | undefined
  /** Addresses of the authorization server. `userinfo` is where `identify` asks who signed in. */
  readonly endpoints: OAuth2Endpoints
}

/** What a person writes about an OpenID Provider: its issuer, and what discovery cannot know. */
export interface OidcFacts<Id extends string = string, User extends UserProfile = UserProfile>
  extends Facts<Id, User>,
    Defaulted<
      Pick<
        OidcProvider,
        | 'idTokenSignedResponseAlg'
        | 'additionalAudiences'
        | 'authTimeOnRefresh'
        | 'userinfo'
        | 'backchannelLogout'
        | 'frontchannelLogout'
        | 'postLogoutRedirectUri'
      >
    > {
  readonly protocol: 'oidc'
  /** Issuer identifier, byte for byte as the provider's metadata and ID tokens spell it. */
  readonly issuer: string
  /** Endpoints that differ from what discovery says. Default: none does. */
  readonly endpoints?: Partial<OAuth2Endpoints> | undefined
}

/** What both forms share. Everything that may be left out has the default that `ProviderFacts` documents. */
interface Facts<Id extends string, User extends UserProfile>
  extends Pick<
      ProviderFacts<Id, User>,
      | 'id'
      | 'name'
      | 'clientId'
      | 'clientAuthentication'
      | 'redirectUri'
      | 'manageAccessUrl'
      | 'identify'
      | 'identifyOffline'
      | 'apiHeaders'
      | 'repair'
      | 'advise'
    >,
    Defaulted<
      Pick<
        ProviderFacts<Id, User>,
        | 'scope'
        | 'scopeSeparator'
        | 'authorizationParameters'
        | 'responseMode'
        | 'loginParameters'
        | 'apiOrigins'
        | 'timeout'
      >
    > {
  /** Default `S256`. `plainCodeChallenge` is for a provider that takes nothing else. */
  readonly codeChallengeMethod?: 'S256' | typeof plainCodeChallenge | undefined
  /**
   * What differs from the default. An OAuth 2.0 provider revokes and ends sessions where it has the endpoint, and
   * gives no refresh tokens; an OpenID Provider is asked for whatever discovery says it can do.
   */
  readonly capabilities?: Defaulted<Capabilities> | undefined
  /** Allows plain http on localhost, 127.0.0.0/8 and [::1], for this provider alone. Default: https only. */
  readonly loopback?: typeof insecureLoopback | undefined
}

type Defaulted<Fields> = { readonly [Name in keyof Fields]?: Fields[Name] | undefined }

/**
 * Checks the facts, completes them, and freezes what comes out. The id and the user type are inferred from what is
 * written, and show in `auth.provider` and `auth.user`. The client's credentials do not show when the provider is
 * logged, inspected or turned into JSON.
 *
 * @throws GatewayError `config_invalid`, once, with every problem in `advice`; no value of a secret is in it.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3
 */
export function defineProvider<const Id extends string, User extends UserProfile>(
  facts: OAuth2Facts<Id, User>,
): OAuth2Provider<Id, User>
export function defineProvider<const Id extends string, User extends UserProfile>(
  facts: OidcFacts<Id, User>,
): OidcProvider<Id, User>
export function defineProvider(facts: OAuth2Facts | OidcFacts): Provider {
  const problems = factProblems(facts)
  if (problems.length > 0) {
    const provider = isProviderId(facts?.id) ? facts.id : undefined
    const list = problems.map((problem) => `\n  - ${problem}`).join('')
    throw new GatewayError('config_invalid', { provider, advice: `Provider ${provider ?? 'without an id'}:${list}` })
  }
  return Object.freeze(facts.protocol === 'oidc' ? openIdProvider(facts) : oauth2Provider(facts))
}

function oauth2Provider(facts: OAuth2Facts): OAuth2Provider {
  const { revocation, endSession } = facts.endpoints
  return {
    ...shared(facts),
    protocol: 'oauth2',
    issuer: facts.issuer,
    authorizationResponseIssParameterSupported: facts.authorizationResponseIssParameterSupported ?? false,
    endpoints: Object.freeze({ ...facts.endpoints }),
    scope: Object.freeze([...(facts.scope ?? [])]),
    loginParameters: Object.freeze([...(facts.loginParameters ?? [])]),
    capabilities: Object.freeze({
      refresh: false,
      rotation: false,
      revocation: revocation !== undefined,
      endSession: endSession !== undefined,
      idToken: false,
      pkce: true,
      ...stated(facts.capabilities),
    }),
  }
}

function openIdProvider(facts: OidcFacts): OidcProvider {
  return {
    ...shared(facts),
    protocol: 'oidc',
    issuer: facts.issuer,
    endpoints: facts.endpoints === undefined ? undefined : Object.freeze({ ...facts.endpoints }),
    scope: Object.freeze([...(facts.scope ?? ['openid'])]),
    loginParameters: Object.freeze([...(facts.loginParameters ?? OIDC_LOGIN_PARAMETERS)]),
    idTokenSignedResponseAlg: facts.idTokenSignedResponseAlg ?? 'RS256',
    additionalAudiences: Object.freeze([...(facts.additionalAudiences ?? [])]),
    authTimeOnRefresh: facts.authTimeOnRefresh,
    userinfo: facts.userinfo ?? 'fetch',
    backchannelLogout: facts.backchannelLogout,
    frontchannelLogout: facts.frontchannelLogout,
    postLogoutRedirectUri: facts.postLogoutRedirectUri,
    capabilities: Object.freeze({
      refresh: true,
      rotation: false,
      revocation: true,
      endSession: true,
      idToken: true,
      pkce: true,
      ...stated(facts.capabilities),
    }),
  }
}

const OIDC_LOGIN_PARAMETERS: readonly LoginParameter[] = ['prompt', 'login_hint', 'max_age', 'acr_values', 'ui_locales']

function shared(facts: OAuth2Facts | OidcFacts) {
  const { identifyOffline, apiHeaders, repair, advise } = facts
  return {
    id: facts.id,
    name: facts.name,
    clientId: facts.clientId,
    clientAuthentication: concealed(facts.clientAuthentication),
    redirectUri: facts.redirectUri,
    scopeSeparator: facts.scopeSeparator ?? ' ',
    authorizationParameters: Object.freeze({ ...facts.authorizationParameters }),
    codeChallengeMethod: facts.codeChallengeMethod === plainCodeChallenge ? 'plain' : 'S256',
    responseMode: facts.responseMode ?? 'query',
    apiOrigins: Object.freeze([...(facts.apiOrigins ?? [])]),
    manageAccessUrl: facts.manageAccessUrl,
    timeout: facts.timeout ?? 10,
    loopback: facts.loopback === insecureLoopback,
    identify: facts.identify,
    ...(identifyOffline === undefined ? {} : { identifyOffline }),
    ...(apiHeaders === undefined ? {} : { apiHeaders }),
    ...(repair === undefined ? {} : { repair }),
    ...(advise === undefined ? {} : { advise }),
  } as const
}

/** Only what was said: an explicit `undefined` must not replace a default. */
function stated(capabilities: Defaulted<Capabilities> | undefined): Partial<Capabilities> {
  return Object.fromEntries(Object.entries(capabilities ?? {}).filter(([, value]) => value !== undefined))
}
