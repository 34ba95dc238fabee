import { GatewayError } from '../error.ts'
import type { Cookie } from '../http/cookie.ts'
import type { SessionLimit } from '../options.ts'
import type { SessionDirectory } from '../session/directory.ts'
import type { Session } from '../session/session.ts'
import type { Found } from '../session/sessions.ts'
import { publicId, type SessionSummary } from '../session/summary.ts'
import type { Services } from './services.ts'

export interface BegunSession {
  readonly cookies: readonly Cookie[]
  /** Sessions that made room for this one. */
  readonly ended: readonly SessionSummary[]
}

/**
 * Puts a session where sessions are kept, in place of the one this browser had. Throws `session_limit_reached`,
 * or `session_ended_by_provider` when the provider ended the sign-in while it was under way.
 *
 * @param startedAt when the sign-in started, milliseconds since the epoch
 */
export async function beginSession(
  session: Session,
  startedAt: number,
  cookieHeader: string | undefined,
  { config, sessions, stored }: Services,
): Promise<BegunSession> {
  const previous = await sessions.read(cookieHeader)
  const limit = config.sessionLimit
  const ended =
    limit === undefined || stored === undefined ? [] : await makeRoom(session, previous, limit, stored.directory)
  const cookies = await sessions.create(session, cookieHeader)
  // Looked at after the session is there: a notice that comes from now on finds it.
  if (stored !== undefined && (await stored.notices.concerns(session, startedAt))) {
    await stored.directory.end(session.provider, session.subject, ({ id }) => id === publicId(session))
    throw new GatewayError('session_ended_by_provider', { provider: session.provider })
  }
  if (previous !== undefined) await sessions.end(previous)
  return { cookies, ended }
}

async function makeRoom(
  { provider, subject }: Session,
  previous: Found | undefined,
  { perUser, beyond }: SessionLimit,
  directory: SessionDirectory,
): Promise<readonly SessionSummary[]> {
  const replaced = previous === undefined ? undefined : publicId(previous.session)
  const others = (await directory.list(provider, subject)).filter(({ id }) => id !== replaced)
  if (others.length < perUser) return []
  if (beyond === 'refuse') throw new GatewayError('session_limit_reached', { provider })
  // The list begins with the one used last.
  const oldest = new Set(others.slice(perUser - 1).map(({ id }) => id))
  return directory.end(provider, subject, ({ id }) => oldest.has(id))
}
