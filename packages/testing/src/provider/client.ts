import { randomBytes } from 'node:crypto'
import type { JWK } from 'jose'

/** An application registered at a scripted provider. */
export interface ScriptedClient {
  readonly id: string
  readonly authentication: ScriptedClientAuthentication
  /** Compared byte for byte. */
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
}

/** The one method the client must use; any other is refused. */
export type ScriptedClientAuthentication =
  | {
      readonly method: 'client_secret_basic'
      readonly secret: string
      /** Whether id and secret are form-decoded, as RFC 6749 section 2.3.1 says, or taken raw, as many servers do. */
      readonly encoding?: 'decoded' | 'raw' | undefined
    }
  | { readonly method: 'client_secret_post'; readonly secret: string }
  | { readonly method: 'client_secret_jwt'; readonly secret: string }
  /** SPKI PEM or JWK. */
  | { readonly method: 'private_key_jwt'; readonly publicKeys: readonly (string | JWK)[] }
  | { readonly method: 'none' }

export interface ScriptedClientRegistration {
  readonly redirectUris: readonly string[]
  /** Default `client-1`, `client-2`, … */
  readonly id?: string | undefined
  /** Default `client_secret_basic` with a random secret. */
  readonly authentication?: ScriptedClientAuthentication | undefined
  readonly postLogoutRedirectUris?: readonly string[] | undefined
}

export interface ScriptedClients {
  readonly all: readonly ScriptedClient[]
  register(registration: ScriptedClientRegistration): ScriptedClient
  find(id: string | undefined): ScriptedClient | undefined
}

/** The applications a provider knows. */
export function createClients(registrations: readonly ScriptedClientRegistration[] = []): ScriptedClients {
  const clients = new Map<string, ScriptedClient>()
  const register = (registration: ScriptedClientRegistration): ScriptedClient => {
    const client: ScriptedClient = {
      id: registration.id ?? `client-${clients.size + 1}`,
      authentication: registration.authentication ?? {
        method: 'client_secret_basic',
        secret: randomBytes(32).toString('base64url'),
      },
      redirectUris: [...registration.redirectUris],
      postLogoutRedirectUris: [...(registration.postLogoutRedirectUris ?? [])],
    }
    clients.set(client.id, client)
    return client
  }
  for (const registration of registrations) register(registration)
  return {
    get all() {
      return [...clients.values()]
    },
    register,
    find: (id) => (id === undefined ? undefined : clients.get(id)),
  }
}

/** The secret of a client that has one. */
export function secretOf({ authentication }: ScriptedClient): string | undefined {
  return 'secret' in authentication ? authentication.secret : undefined
}
