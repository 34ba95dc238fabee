import type { GatewayError } from '../error.ts'
import type { IdentifyContext, Provider } from '../provider/provider.ts'
import type { Send } from './transport.ts'

/** Everything the flow asks of a provider. One value per configured provider, made at start-up without I/O. */
export interface ProviderClient {
  readonly provider: Provider
  /**
   * Endpoints and issuer: at once when configured or already discovered, else after discovery.
   * Rejects with `provider_unreachable`, `provider_timeout`, `provider_unavailable` (all with `retryAfter`) or
   * `provider_response_invalid`.
   */
  metadata(): ProviderMetadata | Promise<ProviderMetadata>
  /**
   * Where to send the browser. A promise only when the request is pushed first (RFC 9126).
   *
   * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
   */
  authorizationUrl(metadata: ProviderMetadata, request: AuthorizationRequest): string | Promise<string>
  /**
   * Spends the code, once, and validates everything that comes back: the token response, and with OpenID
   * Connect the ID token's signature and claims, and userinfo of the same `sub`.
   *
   * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
   */
  exchange(metadata: ProviderMetadata, grant: CodeGrant): Promise<TokenResponse>
  /**
   * Gets what the answer to `refresh` will be checked with, so that between deciding to present a token and doing so
   * there is no other call to wait for. Rejects as `metadata` does.
   */
  prepareRefresh(metadata: ProviderMetadata): Promise<void>
  /**
   * Presents a refresh token, once. Rejects where nothing is known to be wrong with it: `client_refused` for the
   * operator to mend, `provider_unavailable`, `provider_unreachable` or `provider_timeout` to try again later.
   *
   * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
   */
  refresh(metadata: ProviderMetadata, request: RefreshRequest): Promise<RefreshOutcome>
  /**
   * Asks the provider to end a token. Resolves whatever it answers; rejects only where asking again may help.
   *
   * @see https://www.rfc-editor.org/rfc/rfc7009
   */
  revoke(metadata: ProviderMetadata, token: string, hint: TokenHint): Promise<void>
  /**
   * Where to send a browser so that the provider signs it out too; `undefined` where it cannot.
   *
   * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
   */
  endSessionUrl(metadata: ProviderMetadata, request: EndSessionRequest): string | undefined
  /**
   * Validates a logout token with the issuer's keys; fetches them at most once per 30 s, however many tokens come.
   * Rejects with `logout_token_invalid`, or with a transient code when the keys cannot be fetched.
   *
   * @see https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation
   */
  verifyLogoutToken(metadata: ProviderMetadata, token: string): Promise<LogoutToken>
  /** One bounded call to the provider's API, for `identify`. */
  readonly fetch: IdentifyContext['fetch']
}

export interface ProviderMetadata {
  /** Expected `iss` of the authorization response and of ID tokens; `undefined` where the provider has none. */
  readonly issuer: string | undefined
  readonly authorizationEndpoint: string
  /** RFC 9207: the server says it always sends `iss`, so a response without it is refused. */
  readonly issuerInResponse: boolean
}

export interface AuthorizationRequest {
  readonly redirectUri: string
  readonly state: string
  /** Present for OpenID Connect only. */
  readonly nonce: string | undefined
  readonly codeChallenge: string
  /** Checked, allow-listed extras: `prompt`, `login_hint`, `max_age`, `acr_values`, `ui_locales`. */
  readonly parameters: Readonly<Record<string, string>>
}

export interface CodeGrant {
  readonly code: string
  readonly redirectUri: string
  readonly codeVerifier: string
  /** Present for OpenID Connect only. */
  readonly nonce: string | undefined
  /** `max_age` that was asked for, in seconds: `auth_time` is checked against it. */
  readonly maxAge: number | undefined
  /** `acr_values` that were asked for: the ID token must name one of them. */
  readonly acr: readonly string[] | undefined
}

export interface RefreshRequest {
  readonly refreshToken: string
  /** The latest ID token of the grant, where there is one: a new ID token has to continue it. */
  readonly idToken: string | undefined
}

export type RefreshOutcome =
  /** `refreshToken` is absent where the provider goes on with the old one; so is `scope` that did not change. */
  | { readonly type: 'refreshed'; readonly tokens: RefreshedTokens }
  /** The provider will never take this token again, or answered with somebody else's identity. */
  | { readonly type: 'dead' }
  /** The request may have arrived, and its answer did not: the token may have been rotated. */
  | { readonly type: 'lost'; readonly error: GatewayError }

export type RefreshedTokens = Omit<TokenResponse, 'scope' | 'claims'> & {
  readonly scope: readonly string[] | undefined
}

export interface EndSessionRequest {
  /** Left out of the address when it would make it too long. */
  readonly idTokenHint: string | undefined
  readonly postLogoutRedirectUri: string
  readonly state: string
}

/** At least one of `subject` and `sid` is there. */
export interface LogoutToken {
  readonly subject: string | undefined
  readonly sid: string | undefined
  readonly jti: string
  /** Milliseconds since the epoch. */
  readonly issuedAt: number
  readonly expiresAt: number
}

export type TokenHint = 'refresh_token' | 'access_token'

export interface TokenResponse {
  readonly accessToken: string
  /** Seconds the access token lives from now; `undefined` when the provider did not say. */
  readonly expiresIn: number | undefined
  readonly refreshToken: string | undefined
  /** Kept for `id_token_hint` at sign-out. */
  readonly idToken: string | undefined
  /** What was granted: the response's `scope`, or what was asked for when it has none. */
  readonly scope: readonly string[]
  /** Verified claims, merged with userinfo. Empty without OpenID Connect. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** What the clients of a gateway share. */
export interface ProtocolDependencies {
  readonly fetch: Send
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
