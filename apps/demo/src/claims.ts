import { GatewayError, type SignedIn } from '@postern/core'

/** What became of asking the OpenID Provider about the user: a page shows each of these, and none is an exception. */
export type Claims =
  | { readonly state: 'ready'; readonly claims: readonly (readonly [name: string, value: string])[] }
  | { readonly state: 'unavailable' }
  | { readonly state: 'sign-in-over' }

const TIMEOUT = 8_000

/**
 * What the provider says about the signed-in user, asked for by the server with the user's own token. Never rejects.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfo
 */
export async function readClaims(auth: SignedIn, issuer: string): Promise<Claims> {
  try {
    const response = await auth.fetch(`${issuer}/me`, { signal: AbortSignal.timeout(TIMEOUT) })
    if (response.status === 401) return { state: 'sign-in-over' }
    const body: unknown = await response.json()
    if (response.status !== 200 || typeof body !== 'object' || body === null) return { state: 'unavailable' }
    return { state: 'ready', claims: Object.entries(body).map(([name, value]) => [name, String(value)]) }
  } catch (error) {
    const isOver = error instanceof GatewayError && error.code === 'sign_in_required'
    return { state: isOver ? 'sign-in-over' : 'unavailable' }
  }
}
