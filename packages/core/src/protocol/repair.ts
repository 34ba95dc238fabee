import { GatewayError } from '../error.ts'
import type { Provider } from '../provider/provider.ts'
import type { JsonObject } from './json.ts'

/**
 * A token response as RFC 6749 section 5.1 would have it: first what the provider's definition mends, then what is
 * common. A provider without OpenID Connect may leave a member empty, and send an ID token nobody asked for, which is
 * dropped. Scopes as a list are for a definition to mend. From an OpenID Provider only `null` members are forgiven.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function repair(response: JsonObject, provider: Provider): JsonObject {
  const mended = mendedBy(provider, response)
  if (provider.protocol === 'oidc') return without(mended, (value) => value === null)
  const { id_token: _unasked, scope, ...rest } = without(mended, (value) => value === null || value === '')
  // What `scope: ""` says, that nothing was granted, is not the same as saying nothing.
  const granted = mended['scope'] === '' ? '' : scope
  if (granted === undefined) return rest
  return { ...rest, scope: granted }
}

function mendedBy(provider: Provider, response: JsonObject): JsonObject {
  try {
    return provider.repair?.(response) ?? response
  } catch {
    // What a definition throws may quote the response.
    throw new GatewayError('provider_response_invalid', {
      provider: provider.id,
      advice: 'The repair of this provider failed on its token response.',
    })
  }
}

function without(object: JsonObject, isDropped: (value: unknown) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !isDropped(value)))
}
