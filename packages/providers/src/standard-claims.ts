import { GatewayError, type UserProfile } from '@postern/core'
import { isObject, type JsonObject, known, subjectFrom, text, webAddress } from './checked-value.ts'

/** Who signed in, from the standard claims of OpenID Connect. */
export interface OidcUser extends UserProfile {
  /** What the person calls themselves at the provider. It can change, and somebody else can take it. */
  readonly username?: string | undefined
  /** Present when the scope `email` was asked for and granted. Never an identity: compare `id`. */
  readonly email?: string | undefined
  /** Whether the provider says that it has checked the address. */
  readonly emailVerified?: boolean | undefined
}

/**
 * The user from verified claims: `sub` is the id, and what is not as the specification says is left out.
 *
 * @throws GatewayError `profile_invalid` when there is no usable `sub`
 * @see https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
 */
export function standardUser(claims: JsonObject, provider: string): OidcUser {
  const { sub, name, picture, preferred_username, email, email_verified } = claims
  // OpenID Connect Core section 2: `sub` is a string. A number would be another subject in disguise.
  if (typeof sub !== 'string') throw new GatewayError('profile_invalid', { provider })
  const username = text(preferred_username)
  return {
    id: subjectFrom(sub, provider),
    ...known({
      name: text(name) ?? username,
      picture: webAddress(picture),
      username,
      email: text(email),
      emailVerified: typeof email_verified === 'boolean' ? email_verified : undefined,
    }),
  }
}

/**
 * Runs a mapping that an application wrote. What it throws may quote the profile, so nothing of it is kept.
 *
 * @throws GatewayError `profile_invalid` when it throws, or returns no user with an id; its own `GatewayError` as is
 */
export function mappedUser<User extends UserProfile>(provider: string, map: () => User): User {
  try {
    const user: unknown = map()
    // What was returned is a `User` by its type; JavaScript may still return something else.
    if (isObject(user) && text(user['id']) !== undefined) return user as unknown as User
  } catch (error) {
    if (error instanceof GatewayError) throw error
  }
  throw new GatewayError('profile_invalid', {
    provider,
    advice: 'The user function of this provider failed, or returned a user without an id.',
  })
}
