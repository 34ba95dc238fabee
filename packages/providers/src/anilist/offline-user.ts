import { isObject } from '../checked-value.ts'
import type { AniListUser } from './viewer.ts'

/**
 * The signed-in user from the access token alone, when the API could not be reached after the code was spent. The
 * token came straight from the token endpoint over TLS, and AniList documents `sub` as the user id. Nothing else in
 * it is read, and `sub` must be what `Viewer.id` would be, or one person could become two accounts.
 *
 * @see https://docs.anilist.co/guide/graphql/queries/user
 */
export function offlineUser(accessToken: string): AniListUser | undefined {
  const [header, payload, signature, ...rest] = accessToken.split('.')
  if (!header || !payload || !signature || rest.length > 0) return undefined
  const claims = decoded(payload)
  const subject = isObject(claims) ? claims['sub'] : undefined
  return typeof subject === 'string' && /^[1-9]\d{0,15}$/.test(subject) ? { id: subject } : undefined
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return undefined
  }
}
