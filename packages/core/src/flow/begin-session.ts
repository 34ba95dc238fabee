import { GatewayError } from '../error.ts'
import type { Cookie } from '../http/cookie.ts'
import type { Session } from '../session/session.ts'
import type { SessionSummary } from '../session/summary.ts'
import { isEndedByProvider } from './ended-by-provider.ts'
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
  { sessions, stored }: Services,
): Promise<BegunSession> {
  const previous = await sessions.read(cookieHeader)
  const create = async (): Promise<readonly Cookie[]> => sessions.create(session, cookieHeader)
  const { cookies, ended } =
    stored?.limiter === undefined
      ? { cookies: await create(), ended: [] }
      : await stored.limiter.begin(session, previous?.session, create)
  if (stored !== undefined && (await isEndedByProvider(session, startedAt, stored))) {
    throw new GatewayError('session_ended_by_provider', { provider: session.provider })
  }
  if (previous !== undefined) await sessions.end(previous)
  return { cookies, ended }
}
