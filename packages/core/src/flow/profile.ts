import type { ProviderClient } from '../protocol/protocol.ts'
import type { UserProfile } from '../provider/provider.ts'
import type { Session } from '../session/session.ts'

// Decision 15: a cool-down lets a probe through after at most this long.
const RETRY_AFTER = 5_000

/** Whether the profile was missed at sign-in and may be asked for again. */
export function profileIsDue({ profileMissedAt }: Session, now: number): boolean {
  return profileMissedAt !== undefined && now - profileMissedAt >= RETRY_AFTER
}

/** What became of asking again: the profile, or the time of this attempt. It is put into the session as it then is. */
export type MissedProfile = Pick<Session, 'user' | 'profileMissedAt'>

/** Asks again for a profile that could not be reached when the user signed in. One of somebody else is not used. */
export async function fetchProfile(
  session: Session,
  { provider, fetch }: ProviderClient,
  origin: string,
  now: () => number,
): Promise<MissedProfile> {
  const user = await ask(session, provider, fetch, origin)
  if (user === undefined || user.id !== session.subject) return { user: session.user, profileMissedAt: now() }
  return { user, profileMissedAt: undefined }
}

/** Whatever fails, the session goes on as it was: the user is known by the subject. */
async function ask(
  session: Session,
  provider: ProviderClient['provider'],
  fetch: ProviderClient['fetch'],
  origin: string,
): Promise<UserProfile | undefined> {
  const accessToken = session.grants[session.provider]?.accessToken
  if (accessToken === undefined) return undefined
  try {
    return await provider.identify({ accessToken, claims: {}, origin, fetch })
  } catch {
    return undefined
  }
}
