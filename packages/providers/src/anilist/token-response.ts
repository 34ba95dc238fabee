import { type JsonObject, known } from '../checked-value.ts'

/** Seconds that AniList's documentation says a token lives. */
const YEAR = 31_536_000

/**
 * AniList's token response as RFC 6749 section 5.1 wants it, with three members and no other.
 *
 * Its documentation promises `access_token` alone, so a missing type and lifetime are filled in from what the
 * documentation says elsewhere. A `refresh_token`, which Laravel Passport may send, is dropped: AniList says that it
 * takes none, and it would fill a quarter of a cookie.
 *
 * @see https://docs.anilist.co/guide/auth/
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function repairTokenResponse(response: JsonObject): JsonObject {
  const { access_token, token_type, expires_in } = response
  return known({
    access_token,
    token_type: token_type ?? 'Bearer',
    expires_in: isLifetime(expires_in) ? expires_in : YEAR,
  })
}

function isLifetime(value: unknown): boolean {
  return (typeof value === 'number' && value > 0) || (typeof value === 'string' && /^[1-9]\d*$/.test(value))
}
