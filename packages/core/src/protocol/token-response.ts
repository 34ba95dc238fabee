import { GatewayError } from '../error.ts'
import type { Provider } from '../provider/provider.ts'
import type { JsonObject } from './json.ts'
import { repair } from './repair.ts'

/** A token response with wire names: checked, and with nothing in it but this. */
export interface CheckedTokenResponse {
  readonly access_token: string
  readonly token_type: 'bearer'
  /** Seconds, 0 to ten years. */
  readonly expires_in?: number
  readonly refresh_token?: string
  readonly scope?: string
  /**
   * The ID token, under a name the library does not know: it would check the claims by its own clock and leave the
   * signature out. Ours is verified whole, in one place.
   */
  readonly unverified_id_token?: string
}

// RFC 6750 section 2.1 allows less, but what is visible ASCII is safe in a header and some tokens are not base64.
const CREDENTIAL = /^[\x21-\x7e]+$/
// RFC 6749 appendix A.17.
const REFRESH_TOKEN = /^[\x20-\x7e]+$/

/**
 * Reads a successful token response, mended where that is allowed. Members are taken by name, so that nothing else
 * a provider sends goes anywhere. Throws `provider_response_invalid`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function checkTokenResponse(response: JsonObject, provider: Provider): CheckedTokenResponse {
  const refuse = (advice: string) => new GatewayError('provider_response_invalid', { provider: provider.id, advice })
  const { access_token, token_type, expires_in, refresh_token, scope, id_token } = repair(response, provider)
  if (typeof access_token !== 'string' || !CREDENTIAL.test(access_token)) {
    throw refuse('Its token response holds no access token that could be sent in a header.')
  }
  if (typeof token_type !== 'string' || token_type.toLowerCase() !== 'bearer') {
    throw refuse('Its token response has a token_type other than Bearer, or none.')
  }
  if (refresh_token !== undefined && (typeof refresh_token !== 'string' || !REFRESH_TOKEN.test(refresh_token))) {
    throw refuse('Its token response holds a refresh token that is not one.')
  }
  if (scope !== undefined && typeof scope !== 'string') {
    throw refuse(
      'Its token response has a scope that is not a string: a list can be joined in the repair of its definition.',
    )
  }
  if (id_token !== undefined && typeof id_token !== 'string') {
    throw refuse('Its token response has an ID token that is not a string.')
  }
  const lifetime = lifetimeOf(expires_in)
  return {
    access_token,
    token_type: 'bearer',
    ...(lifetime === undefined ? {} : { expires_in: lifetime }),
    ...(refresh_token === undefined ? {} : { refresh_token }),
    ...(scope === undefined ? {} : { scope }),
    ...(id_token === undefined ? {} : { unverified_id_token: id_token }),
  }
}

/** A checked token response, with names of this code. */
export interface Tokens {
  readonly accessToken: string
  readonly expiresIn: number | undefined
  readonly refreshToken: string | undefined
  /** Not verified yet. */
  readonly idToken: string | undefined
  /** `undefined` when the response has none. An empty `scope` says that nothing was granted. */
  readonly scope: readonly string[] | undefined
}

/** What the library hands back of a response that `checkTokenResponse` has checked. */
export function readTokens(response: JsonObject & { readonly access_token: string }, provider: Provider): Tokens {
  const { access_token, expires_in, refresh_token, scope, unverified_id_token } = response
  return {
    accessToken: access_token,
    expiresIn: typeof expires_in === 'number' ? expires_in : undefined,
    refreshToken: text(refresh_token),
    idToken: text(unverified_id_token),
    scope: text(scope)
      ?.split(provider.scopeSeparator === ',' ? /[ ,]/ : ' ')
      .filter((name) => name !== ''),
  }
}

const MAX_LIFETIME = 10 * 365 * 86_400

/**
 * `expires_in` as a number or as digits, in whole seconds and at most ten years. Whatever else a provider puts
 * there says nothing, as if it were missing: the token is used until the provider refuses it.
 */
function lifetimeOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0) return undefined
  return Math.min(Math.floor(seconds), MAX_LIFETIME)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
