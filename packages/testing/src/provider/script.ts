import type { Change } from './change.ts'
import type { Endpoint } from './endpoint.ts'
import type { KeyAlgorithm } from './key.ts'
import type { Override } from './override.ts'

/** How a scripted provider behaves. Everything can be changed while it runs. */
export interface ProviderScript {
  /** `oauth2`: no discovery, no ID tokens. Default `oidc`. */
  readonly protocol: 'oidc' | 'oauth2'
  /** Who is signed in at the provider: what userinfo says of them. `sub` must be among it. */
  readonly user: Readonly<Record<string, unknown>>
  /** Changes to the discovery document. */
  readonly metadata?: Change | undefined
  /** Changes to the parameters that go back to the redirect URI. */
  readonly authorizationResponse?: Change | undefined
  /** Changes to every successful token response. */
  readonly tokenResponse?: Change | undefined
  /** Changes to every successful userinfo response. */
  readonly userinfo?: Change | undefined
  /** Changes to ID tokens. */
  readonly idToken: IdTokenScript
  /** What one endpoint does instead of the right thing. */
  readonly endpoints: Readonly<Partial<Record<Endpoint, Override>>>
  /** Seconds an access token lives. Default 3600. */
  readonly accessTokenLifetime: number
  /** Default `rotating`: a second use of one revokes everything that came of it. */
  readonly refreshTokens: 'none' | 'rotating' | 'static'
  /** Whether a refresh gives a new ID token. Default `issued`. */
  readonly idTokenOnRefresh: 'issued' | 'omitted'
  /** RFC 7636. Default `verified`: when a challenge was sent. */
  readonly codeChallenge: 'verified' | 'required' | 'ignored'
  /** RFC 9126. Default `offered`. */
  readonly pushedAuthorizationRequests: 'offered' | 'required' | 'absent'
  /** `iss` of RFC 9207. Default `sent`, and announced in the metadata. */
  readonly responseIssuer: 'sent' | 'omitted'
}

export interface IdTokenScript {
  /** Default RS256. */
  readonly algorithm?: KeyAlgorithm | undefined
  readonly claims?: Change | undefined
  readonly header?: Change | undefined
  /**
   * What the token is signed with. `unpublished-key` is another key under the right `kid`; `nothing` is
   * `alg: none`; the last two are HS256, keyed with the client's secret or with the PEM of the public key.
   * Default `active-key`.
   */
  readonly signWith?: IdTokenSigner | undefined
  /** The last word on the finished token: flip an octet, drop the signature, add a part. */
  readonly tamper?: ((token: string) => string) | undefined
}

export type IdTokenSigner = 'active-key' | 'unpublished-key' | 'nothing' | 'client-secret' | 'public-key'

/** A provider that does everything right. */
export const WELL_BEHAVED: ProviderScript = {
  protocol: 'oidc',
  user: {
    sub: 'user-1',
    name: 'Ada Example',
    preferred_username: 'ada',
    email: 'ada@users.example',
    email_verified: true,
  },
  idToken: {},
  endpoints: {},
  accessTokenLifetime: 3600,
  refreshTokens: 'rotating',
  idTokenOnRefresh: 'issued',
  codeChallenge: 'verified',
  pushedAuthorizationRequests: 'offered',
  responseIssuer: 'sent',
}
