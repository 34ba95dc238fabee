import { s256 } from '../crypto/digest.ts'
import type { RandomValue } from '../crypto/random.ts'
import type { ProviderClient, ProviderMetadata } from '../protocol/protocol.ts'
import type { FormerSession } from '../session/former.ts'
import type { Requested } from './phase.ts'

export interface SignInRequest {
  /** A safe path, or nothing. */
  readonly returnTo: string | undefined
  /** Checked, allow-listed parameters. */
  readonly parameters: Readonly<Record<string, string>>
  readonly loop: string
  readonly former: FormerSession | undefined
}

export interface AuthorizeDependencies {
  readonly client: ProviderClient
  readonly metadata: ProviderMetadata
  readonly redirectUri: string
  readonly random: RandomValue
  readonly now: () => number
}

/** A sign-in that was started: where the browser is to be sent is a promise only when the request is pushed first. */
export interface Started {
  readonly requested: Requested
  readonly location: string | Promise<string>
}

/**
 * Starts a sign-in: fresh state, verifier and nonce, and the address to send the browser to.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.3
 */
export function authorize(
  { returnTo, parameters, loop, former }: SignInRequest,
  { client, metadata, redirectUri, random, now }: AuthorizeDependencies,
): Started {
  const { provider } = client
  const codeVerifier = random()
  const state = random()
  const nonce = provider.protocol === 'oidc' ? random() : undefined
  // What the definition fixes is sent in place of what the address asks for, and is what the answer has to show.
  const { max_age: maxAge, acr_values: acr } = { ...parameters, ...provider.authorizationParameters }
  const location = client.authorizationUrl(metadata, {
    redirectUri,
    state,
    nonce,
    codeChallenge: provider.codeChallengeMethod === 'S256' ? s256(codeVerifier) : codeVerifier,
    parameters,
  })
  const transaction = {
    provider: provider.id,
    issuer: metadata.issuer,
    state,
    nonce,
    codeVerifier,
    returnTo,
    maxAge: maxAge === undefined ? undefined : Number(maxAge),
    acr: acr?.split(' '),
    former,
    loop,
    startedAt: now(),
  }
  return { requested: { phase: 'requested', transaction }, location }
}
