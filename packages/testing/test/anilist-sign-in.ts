import { createBrowser } from '../src/browser/browser.ts'
import type { AniListClient, StandInAniList } from '../src/index.ts'
import { json } from './json.ts'

export const REDIRECT_URI = 'http://127.0.0.1:9/auth/callback/anilist'

/** The authorization request of a client, with `changes`; `undefined` leaves a parameter out. */
export function authorizationUrl(
  anilist: StandInAniList,
  client: AniListClient,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const parameters = {
    client_id: client.id,
    redirect_uri: client.redirectUris[0],
    response_type: 'code',
    state: 'the-state',
    ...changes,
  }
  return `${anilist.authorizationEndpoint}?${new URLSearchParams(present(parameters))}`
}

/** Where the consent form sends the browser when somebody decides. */
export async function decide(
  anilist: StandInAniList,
  client: AniListClient,
  fields: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<URL> {
  const page = await createBrowser().navigate(authorizationUrl(anilist, client, changes))
  const answer = await page.submit(fields, { redirects: 'manual' })
  return new URL(answer.location ?? '')
}

/** A code, as an application would receive it. */
export async function approvedCode(
  anilist: StandInAniList,
  client: AniListClient,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  const back = await decide(anilist, client, { decision: 'approve', user: 'lanternfox' }, changes)
  return back.searchParams.get('code') ?? ''
}

/** The token request for `code`, with `changes`; `undefined` leaves a parameter out. */
export function requestToken(
  anilist: StandInAniList,
  client: AniListClient,
  code: string,
  changes: Readonly<Record<string, string | undefined>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const parameters = {
    grant_type: 'authorization_code',
    client_id: client.id,
    client_secret: client.secret,
    redirect_uri: client.redirectUris[0],
    code,
    ...changes,
  }
  return fetch(anilist.tokenEndpoint, {
    method: 'POST',
    headers,
    body: new URLSearchParams(present(parameters)),
  })
}

/** A token response. */
export interface AniListTokens {
  readonly token_type: string
  readonly expires_in: number
  readonly access_token: string
  readonly refresh_token: string
}

/** An access token of `lanternfox`. */
export async function accessToken(anilist: StandInAniList, client: AniListClient): Promise<string> {
  const response = await requestToken(anilist, client, await approvedCode(anilist, client))
  return (await json<AniListTokens>(response)).access_token
}

function present(parameters: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)
}
