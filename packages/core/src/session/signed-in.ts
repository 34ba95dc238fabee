import { GatewayError } from '../error.ts'
import type { Provider } from '../provider/provider.ts'
import type { SignedIn } from './auth.ts'
import { endOf, type Lifetimes, lastMomentOf } from './lifetime.ts'
import type { Session } from './session.ts'

export interface SignedInDependencies {
  readonly lifetimes: Lifetimes
  readonly origin: string
  readonly fetch: typeof globalThis.fetch
  /**
   * A token that can be used now, renewed when that is due.
   *
   * @param refused a token that the provider's API has refused
   */
  readonly token: (refused?: string) => Promise<string>
}

/** The session as the application sees it. */
export function createSignedIn(session: Session, provider: Provider, dependencies: SignedInDependencies): SignedIn {
  return {
    authenticated: true,
    provider: session.provider,
    subject: session.subject,
    user: session.user,
    scope: session.grants[session.provider]?.scope ?? [],
    signedInAt: new Date(session.signedInAt),
    expiresAt: new Date(endOf(session, dependencies.lifetimes)),
    signInAgainAt: new Date(lastMomentOf(session, dependencies.lifetimes)),
    accessToken: () => dependencies.token(),
    fetch: (input, init = {}) => callApi(new URL(input), init, provider, dependencies),
  }
}

async function callApi(
  url: URL,
  init: RequestInit,
  provider: Provider,
  { origin, fetch, token }: SignedInDependencies,
): Promise<Response> {
  if (!provider.apiOrigins.includes(url.origin)) throw new GatewayError('api_origin_refused', { provider: provider.id })

  const send = (accessToken: string): Promise<Response> => {
    const headers = new Headers(provider.apiHeaders?.(origin))
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value)
    headers.set('authorization', `Bearer ${accessToken}`)
    // A redirect is for the caller to look at: following it would carry the token along.
    return fetch(url, { ...init, headers, redirect: 'manual' })
  }

  const accessToken = await token()
  const response = await send(accessToken)
  // Decision 5: one forced refresh and one replay, for a request that can be sent again.
  if (response.status !== 401 || (init.body !== undefined && init.body !== null)) return response
  const renewed = await token(accessToken).catch((error: unknown) => keepAnswer(error))
  if (renewed === undefined || renewed === accessToken) return response
  await response.body?.cancel()
  return send(renewed)
}

/** Where the token cannot be renewed, the API's own refusal is the answer. */
function keepAnswer(error: unknown): undefined {
  if (error instanceof GatewayError) return undefined
  throw error
}
