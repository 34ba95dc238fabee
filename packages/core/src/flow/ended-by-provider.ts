import type { Session } from '../session/session.ts'
import { publicId } from '../session/summary.ts'
import type { StoredServices } from './services.ts'

/**
 * Whether the provider ended a session before it was known here; then it ends here as well. Ask when it is in the store:
 * a notice that comes from then on finds it there.
 *
 * @param startedAt when the sign-in started, milliseconds since the epoch
 */
export async function isEndedByProvider(
  session: Session,
  startedAt: number,
  { notices, directory }: Pick<StoredServices, 'notices' | 'directory'>,
): Promise<boolean> {
  if (!(await notices.concerns(session, startedAt))) return false
  await directory.end(session.provider, session.subject, ({ id }) => id === publicId(session))
  return true
}
