import { GatewayError } from '../error.ts'
import type { Provider } from '../provider/provider.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import type { Connection } from './transport.ts'

/** How advice speaks of an address. It may quote what is configured, and nothing that the provider said. */
export interface Address {
  readonly name: string
  /** What to change when something else is at this address. */
  readonly remedy: string
}

/**
 * Fetches what a provider publishes about itself: its metadata, its keys. One that cannot be used makes the
 * provider unavailable until somebody mends it: `provider_unavailable`, with advice. Rejects with
 * `provider_unreachable` and `provider_timeout` too.
 */
export async function fetchDocument(
  url: string,
  { name, remedy }: Address,
  { call, provider }: Connection,
): Promise<JsonObject> {
  const { status, json } = await call(url, { headers: { accept: 'application/json' } }).catch((error: unknown) => {
    throw error instanceof GatewayError && error.class === 'operator'
      ? unavailable(provider, `${error.advice} That is at ${name}. ${remedy}`)
      : error
  })
  if (status === 200 && isJsonObject(json)) return json
  if (status === 200) throw unavailable(provider, `${name} does not hold a JSON object. ${remedy}`)
  throw unavailable(provider, `${name} answers with status ${status}.${status < 500 ? ` ${remedy}` : ''}`)
}

/** Why nobody can sign in with this provider at the moment, and what would change that. */
export function unavailable(provider: Provider, advice: string): GatewayError {
  return new GatewayError('provider_unavailable', { provider: provider.id, advice })
}
