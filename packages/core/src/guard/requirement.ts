import type { Provider } from '../provider/provider.ts'
import type { SignedInAs } from '../session/auth.ts'

/** What a route asks of a request. `{}` asks for a signed-in user and nothing more. */
export interface Requirement<P extends Provider = Provider> {
  /** Only users of this provider pass. */
  readonly provider?: P['id'] | undefined
  /** Every one of these must have been granted. */
  readonly scope?: readonly string[] | undefined
  /** One of these authentication context classes (OpenID Connect `acr`), or the user signs in again. */
  readonly acr?: readonly string[] | undefined
  /** Seconds since the user last authenticated at the provider, at most. */
  readonly maxAge?: number | undefined
  /** Anything else the application asks. `false` and an exception both deny. */
  readonly where?: ((auth: SignedInAs<P>) => boolean) | undefined
  /** The provider an anonymous navigation is sent to. Restricts nothing. Default: `signInWith` of the gateway. */
  readonly signInWith?: P['id'] | undefined
}
