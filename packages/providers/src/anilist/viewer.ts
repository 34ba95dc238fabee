import {
  type ErrorCode,
  GatewayError,
  type IdentifyContext,
  type ProviderAnswer,
  type ProviderFailure,
  type UserProfile,
} from '@postern/core'
import { isObject, known, text, webAddress } from '../checked-value.ts'
import { isBlocked, profileFailure } from '../profile-request.ts'

/** Who signed in. AniList tells no e-mail address. */
export interface AniListUser extends UserProfile {
  /** Address of the public profile. */
  readonly url?: string | undefined
}

interface ViewerRequest {
  readonly provider: string
  readonly api: string
  readonly headers: Readonly<Record<string, string>>
  readonly advise: (failure: ProviderFailure) => string | undefined
}

const VIEWER_QUERY = '{ Viewer { id name avatar { large } siteUrl } }'

/**
 * Asks AniList who the access token belongs to.
 *
 * @throws GatewayError `sign_in_required` when AniList refuses the token; `provider_unavailable`,
 * `provider_blocked`, `provider_unreachable` and `provider_timeout` when it cannot answer; `profile_invalid` for a
 * 200 without a valid `Viewer`; `provider_response_invalid` for anything else
 * @see https://docs.anilist.co/guide/graphql/queries/user
 */
export async function fetchViewer(context: IdentifyContext, request: ViewerRequest): Promise<AniListUser> {
  const answer = await context.fetch(request.api, {
    method: 'POST',
    headers: {
      ...request.headers,
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: `Bearer ${context.accessToken}`,
    },
    body: JSON.stringify({ query: VIEWER_QUERY }),
  })
  if (answer.status === 200) return userFrom(answer.json, request.provider)
  throw profileFailure(codeOf(answer), answer, request)
}

/** A 200 may hold errors, and then says nothing about who is asking. */
function userFrom(body: unknown, provider: string): AniListUser {
  const viewer =
    isObject(body) && body['errors'] === undefined && isObject(body['data']) ? body['data']['Viewer'] : undefined
  if (!isObject(viewer) || !isViewerId(viewer['id'])) throw new GatewayError('profile_invalid', { provider })
  const { id, name, avatar, siteUrl } = viewer
  return {
    id: String(id),
    ...known({
      name: text(name),
      picture: webAddress(isObject(avatar) ? avatar['large'] : undefined),
      url: webAddress(siteUrl),
    }),
  }
}

function isViewerId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

function codeOf(answer: ProviderAnswer): ErrorCode {
  const { status, json } = answer
  if (isBlocked(answer)) return 'provider_blocked'
  // The API answers 400 to a dead token, and 401 to none.
  if (status === 401 || (status === 400 && saysInvalidToken(json))) return 'sign_in_required'
  return status === 403 || status === 429 || status >= 500 ? 'provider_unavailable' : 'provider_response_invalid'
}

function saysInvalidToken(body: unknown): boolean {
  const errors = isObject(body) && Array.isArray(body['errors']) ? body['errors'] : []
  return errors.some((error: unknown) => isObject(error) && error['message'] === 'Invalid token')
}
