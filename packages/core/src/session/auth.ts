import type { Provider, UserProfile } from '../provider/provider.ts'

/** The user type of a provider. */
export type UserOf<P> = P extends Provider<string, infer User> ? User : never

/**
 * Who is asking: what `request.auth` and `ctx.state.auth` hold. Narrow it with `authenticated`, then with
 * `provider`.
 */
export type Auth<P extends Provider = Provider> = Anonymous | SignedInAs<P>

/** The signed-in half of `Auth`, one member for each configured provider. */
export type SignedInAs<P extends Provider> = P extends Provider ? SignedIn<P['id'], UserOf<P>> : never

export interface Anonymous {
  readonly authenticated: false
  readonly provider?: undefined
  readonly user?: undefined
}

export interface SignedIn<Id extends string = string, User extends UserProfile = UserProfile> {
  readonly authenticated: true
  /** Id of the provider that vouched for the user. With `subject` it is the identity; an e-mail never is. */
  readonly provider: Id
  readonly subject: string
  readonly user: User
  /** What the provider granted. Empty when the provider has no scopes. */
  readonly scope: readonly string[]
  /** When the user signed in here. */
  readonly signedInAt: Date
  /** When the session ends if nothing more happens: activity postpones it. */
  readonly expiresAt: Date
  /** When the user will have to sign in again, however active they are. */
  readonly signInAgainAt: Date
  /**
   * The provider's access token, for calls the server makes.
   * Rejects with `sign_in_required` when it has expired and cannot be renewed.
   */
  accessToken(): Promise<string>
  /**
   * `fetch` with the access token, for the provider's own API origins only.
   * Rejects with `api_origin_refused` for any other, redirects included.
   */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
}

export const ANONYMOUS: Anonymous = Object.freeze({ authenticated: false })
