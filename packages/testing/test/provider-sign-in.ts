import { createBrowser } from '../src/browser/browser.ts'
import { type ScriptedClient, secretOf } from '../src/provider/client.ts'
import type { ScriptedProvider } from '../src/provider/scripted-provider.ts'
import { json } from './json.ts'

export const REDIRECT_URI = 'http://127.0.0.1:9/auth/callback/idp'

export type Parameters = Readonly<Record<string, string | undefined>>

/** The authorization request of a client, with `changes`; `undefined` leaves a parameter out. */
export function authorizationUrl(provider: ScriptedProvider, client: ScriptedClient, changes: Parameters = {}): string {
  const parameters = {
    client_id: client.id,
    redirect_uri: client.redirectUris[0],
    response_type: 'code',
    scope: 'openid profile',
    state: 'the-state',
    nonce: 'the-nonce',
    ...changes,
  }
  return `${provider.endpoints.authorization}?${new URLSearchParams(present(parameters))}`
}

/** Parameters that come back for an authorization request. */
export async function authorize(
  provider: ScriptedProvider,
  client: ScriptedClient,
  changes: Parameters = {},
): Promise<URLSearchParams> {
  const url = authorizationUrl(provider, client, changes)
  const page = await createBrowser().navigate(url, { redirects: 'manual' })
  return new URL(page.location ?? '').searchParams
}

/** A form post, authenticated with Basic as the default client is. */
export function post(url: string, client: ScriptedClient, parameters: Parameters): Promise<Response> {
  const basic = Buffer.from(`${client.id}:${secretOf(client)}`).toString('base64')
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams(present(parameters)),
  })
}

/** The answer to a token request for `code`. */
export function exchange(provider: ScriptedProvider, client: ScriptedClient, code: string, changes: Parameters = {}) {
  return post(provider.endpoints.token, client, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirectUris[0],
    ...changes,
  })
}

export interface Tokens {
  readonly access_token: string
  readonly token_type: string
  readonly expires_in: number
  readonly refresh_token: string
  readonly id_token: string
  readonly scope: string
}

/** A whole sign-in. */
export async function signIn(provider: ScriptedProvider, client: ScriptedClient): Promise<Tokens> {
  const code = (await authorize(provider, client)).get('code') ?? ''
  return json<Tokens>(exchange(provider, client, code))
}

/** The answer to a refresh request. */
export function refresh(provider: ScriptedProvider, client: ScriptedClient, token: string, changes: Parameters = {}) {
  return post(provider.endpoints.token, client, { grant_type: 'refresh_token', refresh_token: token, ...changes })
}

function present(parameters: Parameters): [string, string][] {
  return Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)
}
