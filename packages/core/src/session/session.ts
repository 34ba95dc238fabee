import type { UserProfile } from '../provider/provider.ts'

/** Who signed in, and what the providers granted. One identity, one or more grants. Times are milliseconds since the epoch. */
export interface Session {
  /** New at every sign-in. */
  readonly id: string
  readonly provider: string
  readonly subject: string
  /** `sub` of the ID token, where the provider's definition made another `subject` of it. Logout tokens name it. */
  readonly sub: string | undefined
  readonly user: UserProfile
  readonly signedInAt: number
  /** Last activity that was recorded: the idle time counts from here. */
  readonly touchedAt: number
  /**
   * When the provider last authenticated the user: `auth_time` of OpenID Connect Core section 2, which a provider need
   * not say before it is asked for `max_age`. For one that cannot be asked, when the user signed in here.
   */
  readonly authenticatedAt: number | undefined
  /** Authentication context class the provider vouched for. */
  readonly acr: string | undefined
  /** The provider's own name for its session: `sid` of OpenID Connect. Logout tokens name it. */
  readonly sid: string | undefined
  /** `User-Agent` the user signed in with, shortened: kept only in a store, for the list of sessions. */
  readonly device: string | undefined
  /** What the user calls this session in the list of their sessions: kept in the record's summary. */
  readonly label: string | undefined
  /** When the profile was last asked for in vain: it is asked for again later. */
  readonly profileMissedAt: number | undefined
  /** By provider id. */
  readonly grants: Readonly<Record<string, Grant>>
}

/** What a provider granted at its token endpoint. */
export interface Grant {
  readonly accessToken: string
  /** When the token was received. */
  readonly receivedAt: number
  readonly expiresAt: number | undefined
  /** Present only where it can be used: such a grant outlives its access token. */
  readonly refreshToken: string | undefined
  readonly idToken: string | undefined
  readonly scope: readonly string[]
}
