import { type ClientAuthentication, GatewayError, type insecureLoopback } from '@postern/core'

/**
 * What every preset takes. A preset returns `NoInfer<Id>`: it is called inside the options of `createGateway`, and the
 * compiler would take the `Id` that nobody wrote from what stands there, any `string`.
 */
export interface PresetOptions<Id extends string> {
  /** Client id, as the provider shows it at registration. */
  readonly clientId: string
  /** Name in URLs and in `auth.provider`. Set it to use one preset twice. Default: the name of the preset. */
  readonly id?: Id | undefined
  /** Name on pages, for people. Default: the provider's own. */
  readonly name?: string | undefined
  /** Redirect URI as registered, when it is not `{origin}{basePath}/callback/{id}`. It is sent byte for byte. */
  readonly redirectUri?: string | undefined
  /** Fixed extra parameters of the authorization request. Default none. */
  readonly authorizationParameters?: Readonly<Record<string, string>> | undefined
  /** Seconds for one call to the provider, from 1 to 60. Default 10. */
  readonly timeout?: number | undefined
  /** Allows plain http on loopback, for a stand-in provider in a test or a demo. Default: https only. */
  readonly loopback?: typeof insecureLoopback | undefined
}

/** Options of presets whose provider has scopes. */
export interface ScopeOption {
  /** Scopes to ask for beside those the preset needs. Default none. */
  readonly scope?: readonly string[] | undefined
}

/** How the application proves itself: a secret, or any other method the provider takes. Exactly one of the two. */
export type Credentials =
  | {
      /** Client secret, sent in the body of the token request (`client_secret_post`). */
      readonly clientSecret: string
      readonly clientAuthentication?: undefined
    }
  | {
      readonly clientSecret?: undefined
      /** Another method: `client_secret_basic`, `private_key_jwt`, or `none` for a public client. */
      readonly clientAuthentication: ClientAuthentication
    }

interface Defaults {
  readonly id: string
  readonly name: string
  readonly scope?: readonly string[]
}

interface Chosen<Id extends string> extends Omit<PresetOptions<Id>, 'id' | 'name'> {
  readonly id: Id
  readonly name: string
  readonly clientAuthentication: ClientAuthentication
  readonly scope: readonly string[]
}

/**
 * The facts a person decides, with the preset's defaults under them. Names it does not know are passed on, so that
 * `defineProvider` refuses a misspelt one.
 */
export function chosen<Id extends string>(
  defaults: Defaults,
  options: PresetOptions<Id> & ScopeOption & Credentials,
): Chosen<Id> {
  const { id: ownId, name, scope = [], clientSecret, clientAuthentication, ...others } = options
  // Every preset declares `Id` with its own name as the default, which is what `Id` is when no id was given.
  const id = ownId ?? (defaults.id as Id)
  return {
    ...others,
    id,
    name: name ?? defaults.name,
    // What is no list is passed on too: the letters of a text would be asked for, one by one.
    scope: Array.isArray(scope) ? [...new Set([...(defaults.scope ?? []), ...scope])] : scope,
    clientAuthentication: authenticationOf(id, { clientSecret, clientAuthentication }),
  }
}

interface GivenCredentials {
  readonly clientSecret: string | undefined
  readonly clientAuthentication: ClientAuthentication | undefined
}

/**
 * The method that was given, or the secret by the usual one. Throws `config_invalid` for both: the secret would be
 * left out without a word.
 */
export function authenticationOf(
  provider: string,
  { clientSecret, clientAuthentication }: GivenCredentials,
): ClientAuthentication {
  if (clientAuthentication === undefined) {
    return { method: 'client_secret_post', clientSecret: clientSecret ?? '' }
  }
  if (clientSecret === undefined) return clientAuthentication
  const advice = `Provider ${provider}:\n  - clientSecret and clientAuthentication are both given. Choose one.`
  throw new GatewayError('config_invalid', { provider, advice })
}
