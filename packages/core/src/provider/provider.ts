import type { ClientAuthentication } from './client-authentication.ts'

/**
 * A provider as data. `defineProvider` checks and completes it; presets and applications write it.
 *
 * `Id` is the name in URLs and in `auth.provider`; `User` is what `auth.user` holds.
 */
export type Provider<Id extends string = string, User extends UserProfile = UserProfile> =
  | OAuth2Provider<Id, User>
  | OidcProvider<Id, User>

/** A provider without OpenID Connect: its endpoints are configured, its identity comes from an API call. */
export interface OAuth2Provider<Id extends string = string, User extends UserProfile = UserProfile>
  extends ProviderFacts<Id, User> {
  readonly protocol: 'oauth2'
  /** `iss` of RFC 9207, when the provider has one. A returned `iss` is compared with it. */
  readonly issuer?: string | undefined
  /** RFC 9207: the provider always sends `iss`, so an authorization response without it is refused. */
  readonly authorizationResponseIssParameterSupported?: boolean | undefined
  readonly endpoints: OAuth2Endpoints
}

/** An OpenID Provider: discovered from its issuer, identity from a verified ID token. */
export interface OidcProvider<Id extends string = string, User extends UserProfile = UserProfile>
  extends ProviderFacts<Id, User> {
  readonly protocol: 'oidc'
  /** Issuer identifier, byte for byte as the provider's metadata and ID tokens spell it. */
  readonly issuer: string
  /** Endpoints that differ from what discovery says. */
  readonly endpoints?: Partial<OAuth2Endpoints> | undefined
  /** Signature algorithm of ID tokens. Default RS256; `none` and HS* are not offered. */
  readonly idTokenSignedResponseAlg: SignatureAlgorithm
  /** Audiences accepted beside the client id when an ID token has several. Default none. */
  readonly additionalAudiences: readonly string[]
  /**
   * Logout initiated by the provider. Off by default; needs a store. `typ` of logout tokens: `logout+jwt` and
   * untyped ones are taken, or only the former.
   */
  readonly backchannelLogout?: 'accept' | 'accept-typed' | undefined
  readonly frontchannelLogout?: 'accept' | undefined
  /** Registered address the provider returns to after its own sign-out. Default `{origin}{basePath}/signed-out`. */
  readonly postLogoutRedirectUri?: string | undefined
  /**
   * `latest` for a provider whose refreshed ID tokens say in `auth_time` when the user last signed in there, and not
   * when they signed in here. Default: another `auth_time` than before ends the session.
   *
   * @see https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse
   */
  readonly authTimeOnRefresh?: 'latest' | undefined
  /** Whether the userinfo endpoint is called after the ID token was verified. Default `true`. */
  readonly userinfo: 'fetch' | 'skip'
}

export type SignatureAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519'

/** What the address of a sign-in may ask for. `scope` and everything else never comes from a browser. */
export type LoginParameter = 'prompt' | 'login_hint' | 'max_age' | 'acr_values' | 'ui_locales'

export interface OAuth2Endpoints {
  readonly authorization: string
  readonly token: string
  readonly userinfo?: string | undefined
  readonly revocation?: string | undefined
  readonly endSession?: string | undefined
  readonly pushedAuthorizationRequest?: string | undefined
}

/** What both kinds of provider have. */
export interface ProviderFacts<Id extends string, User extends UserProfile> {
  /** Name in URLs and cookies: `[a-z0-9-]`, at most 32 characters. */
  readonly id: Id
  /** Name on pages, for people. */
  readonly name: string
  readonly clientId: string
  readonly clientAuthentication: ClientAuthentication
  /**
   * The redirect URI as registered, sent byte for byte. Default `{origin}{basePath}/callback/{id}`.
   * The gateway answers at its path too, when that is on its own origin, plain, and not the start page; any other is
   * for the application to lead to the callback.
   */
  readonly redirectUri?: string | undefined
  /** Scopes to ask for. Empty: the parameter is not sent. */
  readonly scope: readonly string[]
  /** What joins scopes in requests, and besides a space splits them in responses. Default a space. */
  readonly scopeSeparator: ' ' | ','
  /**
   * Fixed extra parameters of the authorization request. Reserved names are refused at start-up. With OpenID Connect,
   * an ID token that does not show `max_age` or `acr_values` of these is refused.
   */
  readonly authorizationParameters: Readonly<Record<string, string>>
  /** RFC 7636. `plain` only for a provider that takes nothing else: import `plainCodeChallenge`. */
  readonly codeChallengeMethod: 'S256' | 'plain'
  readonly responseMode: 'query' | 'form_post'
  /** Parameters of `/auth/login/{id}` that are passed on. Default: all of them with OpenID Connect, else none. */
  readonly loginParameters: readonly LoginParameter[]
  /** Origins `auth.fetch` may send this provider's token to. */
  readonly apiOrigins: readonly string[]
  readonly capabilities: Capabilities
  /** Where a person ends the access of this application, when the gateway cannot do it for them. */
  readonly manageAccessUrl?: string | undefined
  /** Seconds for one call to this provider, headers and body together. Default 10. */
  readonly timeout: number
  /** `true` only through `insecureLoopback`: plain http on localhost, 127.0.0.0/8 and ::1. */
  readonly loopback: boolean
  /**
   * Says who signed in, from the provider's API (OAuth 2.0) or from verified claims (OpenID Connect).
   * Throws `GatewayError`: `profile_invalid` refuses the sign-in.
   */
  identify(context: IdentifyContext): Promise<User>
  /**
   * Who signed in, from the token response alone, when `identify` could not reach the provider after the code
   * was spent. Absent: such a sign-in fails. The profile is fetched again later.
   */
  identifyOffline?(accessToken: string): User | undefined
  /** Headers `auth.fetch` adds to every call to this provider's API, unless the caller set them. */
  apiHeaders?(origin: string): Readonly<Record<string, string>>
  /** Mends a token response that is not as RFC 6749 section 5 says. Runs before it is validated. */
  repair?(response: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  /** One sentence that helps the operator, for a failure this provider is known for. */
  advise?(failure: ProviderFailure): string | undefined
}

/** What this provider can do. Behaviour and the words on pages follow it; nothing asks for a name. */
export interface Capabilities {
  readonly refresh: boolean
  /** Refresh tokens are replaced at each use. */
  readonly rotation: boolean
  readonly revocation: boolean
  readonly endSession: boolean
  readonly idToken: boolean
  /** The provider verifies the code challenge; when `false` it is sent all the same. */
  readonly pkce: boolean
}

/** The signed-in user as the application sees it. Everything in it may reach the user's own browser. */
export interface UserProfile {
  /** The subject: unique and stable within the provider. */
  readonly id: string
  readonly name?: string | undefined
  /** Address of an avatar. */
  readonly picture?: string | undefined
}

export interface IdentifyContext {
  readonly accessToken: string
  /** Verified claims of the ID token, merged with userinfo of the same `sub`. Empty without OpenID Connect. */
  readonly claims: Readonly<Record<string, unknown>>
  /** The public origin of the application, for providers that want to know who asks. */
  readonly origin: string
  /**
   * One bounded call to the provider: its deadline, its size cap, no redirects. Resolves with any status.
   * Rejects with `provider_timeout`, `provider_unreachable` or `provider_response_invalid`.
   */
  readonly fetch: (url: string, init?: ProviderRequest) => Promise<ProviderAnswer>
}

export interface ProviderRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface ProviderAnswer {
  readonly status: number
  readonly headers: Headers
  /** The body as JSON, or `undefined` when it is not JSON. */
  readonly json: unknown
}

export interface ProviderFailure {
  readonly step: 'authorization' | 'token' | 'profile'
  readonly status: number | undefined
  /** `error` as the provider sent it, when it is made of lower-case words, as registered names are. */
  readonly oauthError: string | undefined
}
