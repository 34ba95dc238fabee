import { readCookies } from '../http/cookie.ts'
import type { Session } from '../session/session.ts'
import { LOOP_WINDOW } from './loop-breaker.ts'
import type { Services } from './services.ts'

/** Notes that a browser has sent its session back: however soon it signs in again, that is no loop. */
export function cameBack(
  { signedInAt }: Session,
  cookieHeader: string | undefined,
  { config, cookies, loopBreaker }: Services,
): void {
  // Nobody counts older ones any more.
  if (config.now() - signedInAt >= LOOP_WINDOW) return
  for (const mark of readCookies(cookieHeader, cookies.loop)) loopBreaker.reset(mark)
}
