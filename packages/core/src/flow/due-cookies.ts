import type { Cookie } from '../http/cookie.ts'
import type { Found } from '../session/sessions.ts'
import type { Services } from './services.ts'

/** What a response is about to tell the browser of its session. */
export interface Due {
  readonly found: Found
  /** When the request read the session. */
  readonly readAt: number
  /** The browser has to hear of it, or what was won for it is lost. */
  readonly isOwed: boolean
}

// How long a request counts as one of the present. Later the browser may have signed in or out elsewhere, and what can
// wait goes with the response to a quicker one.
const PROMPTNESS = 5_000

/**
 * Cookies that bring the browser up to date, and never take it back: they hold the newest grants that this process has
 * won for the session, and where those are forgotten there are no cookies.
 */
export function dueCookies(
  { found, readAt, isOwed }: Due,
  cookieHeader: string | undefined,
  { sessions, refresher, config }: Pick<Services, 'sessions' | 'refresher' | 'config'>,
): readonly Cookie[] {
  const session = refresher.upToDate(found.session)
  if (session === undefined) return []
  if (!isOwed && (!isPrompt(readAt, config.now()) || refresher.isRenewing(session))) return []
  return sessions.cookies({ ...found, session }, cookieHeader)
}

/** Whether so little time has passed that the browser is believed to be where it was. */
export function isPrompt(since: number, now: number): boolean {
  return now - since <= PROMPTNESS
}
