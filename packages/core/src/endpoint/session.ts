import { cameBack } from '../flow/came-back.ts'
import type { Services } from '../flow/services.ts'
import type { Cookie } from '../http/cookie.ts'
import type { Reply } from '../http/decision.ts'
import { json } from '../http/reply.ts'
import { endOf, lastMomentOf } from '../session/lifetime.ts'
import type { Found, MaybePromise } from '../session/sessions.ts'
import type { EndpointContext } from './context.ts'

/**
 * `GET /auth/session`: who is signed in, for a page's own scripts. An allow-list, never a token. It does not
 * count as activity, so a page may ask as often as it likes.
 */
export async function showSession({ services, cookieHeader }: EndpointContext): Promise<Reply> {
  const found = await services.sessions.read(cookieHeader)
  // A provider that is no longer configured vouches for nobody.
  if (found === undefined || !services.config.providers.has(found.session.provider)) {
    return json(200, { authenticated: false })
  }
  const { session } = found
  cameBack(session, cookieHeader, services)
  const { provider, subject, user, grants, signedInAt } = session
  const reply = json(200, {
    authenticated: true,
    provider,
    user: { ...user, id: subject },
    scope: grants[provider]?.scope ?? [],
    signedInAt: new Date(signedInAt).toISOString(),
    expiresAt: new Date(endOf(session, services.config.lifetimes)).toISOString(),
    signInAgainAt: new Date(lastMomentOf(session, services.config.lifetimes)).toISOString(),
  })
  return found.stale ? { ...reply, cookies: await resealed(found, services, cookieHeader) } : reply
}

/** A cookie of an older key under the newest one. When the session was last used stays as it is: this is no activity. */
function resealed(
  found: Found,
  { sessions, refresher }: Services,
  header: string | undefined,
): MaybePromise<readonly Cookie[]> {
  if (found.record !== undefined) return sessions.cookies(found, header)
  const session = refresher.upToDate(found.session)
  return session === undefined ? [] : sessions.create(session, header)
}
