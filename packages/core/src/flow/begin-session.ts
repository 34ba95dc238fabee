import { GatewayError } from '../error.ts'
import type { Cookie } from '../http/cookie.ts'
import { everyPart } from '../session/chunk.ts'
import { asFormer, type FormerSession } from '../session/former.ts'
import type { Session } from '../session/session.ts'
import { publicId, type SessionSummary } from '../session/summary.ts'
import { isEndedByProvider } from './ended-by-provider.ts'
import type { Services } from './services.ts'

/** How a browser comes to its session. */
export interface Arrival {
  readonly cookieHeader: string | undefined
  /** Another site posted the answer: of the session's cookies, the browser sent none along. */
  readonly isPosted?: boolean
  /** The session it had when the sign-in started, where it does not show it now. */
  readonly former?: FormerSession | undefined
  /** When the sign-in started, milliseconds since the epoch. */
  readonly startedAt: number
}

export interface BegunSession {
  readonly cookies: readonly Cookie[]
  /** Sessions that made room for this one. */
  readonly ended: readonly SessionSummary[]
  /** The one this browser had, if that has ended for it. */
  readonly replaced: FormerSession | undefined
}

/**
 * Puts a session where sessions are kept, in place of the one this browser had. Throws `session_limit_reached`,
 * or `session_ended_by_provider` when the provider ended the sign-in while it was under way.
 */
export async function beginSession(session: Session, arrival: Arrival, services: Services): Promise<BegunSession> {
  try {
    return await replace(session, arrival, services)
  } catch (error) {
    // Nobody has its cookie: it would only stand in lists, and take up room of a limit.
    await services.stored?.directory
      .end(session.provider, session.subject, ({ id }) => id === publicId(session))
      .catch(() => undefined)
    throw error
  }
}

async function replace(
  session: Session,
  { cookieHeader, isPosted = false, former, startedAt }: Arrival,
  { cookies: names, sessions, stored }: Services,
): Promise<BegunSession> {
  const found = await sessions.read(cookieHeader)
  const previous = found === undefined ? former : asFormer(found)
  // Parts of a longer session, left beside a shorter one, would make that unreadable.
  const held = isPosted ? everyPart(names.session) : cookieHeader
  const create = async (): Promise<readonly Cookie[]> => sessions.create(session, held)
  const { cookies, ended } =
    stored?.limiter === undefined
      ? { cookies: await create(), ended: [] }
      : await stored.limiter.begin(session, previous, create)
  if (stored !== undefined && (await isEndedByProvider(session, startedAt, stored))) {
    throw new GatewayError('session_ended_by_provider', { provider: session.provider })
  }
  const hasEnded = previous !== undefined && (await sessions.endFormer(previous))
  return { cookies, ended, replaced: hasEnded ? previous : undefined }
}
