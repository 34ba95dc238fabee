import type { Services } from '../flow/services.ts'
import type { Cookie } from '../http/cookie.ts'
import type { Reply } from '../http/decision.ts'
import { json } from '../http/reply.ts'
import { endOf, lastMomentOf } from '../session/lifetime.ts'
import type { Session } from '../session/session.ts'
import type { Found } from '../session/sessions.ts'
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
  const isOutdated = found.stale || found.record?.isOutdated === true
  return isOutdated ? { ...reply, cookies: await resealed(found, services, cookieHeader) } : reply
}

/**
 * What an older key sealed, cookie and record, under the newest one. When the session was last used stays as it is: this
 * is no activity.
 */
async function resealed(
  found: Found,
  { sessions, refresher }: Services,
  header: string | undefined,
): Promise<readonly Cookie[]> {
  if (found.record !== undefined) {
    // Whoever wrote it in between has sealed it anew.
    const again = (session: Session): Session => (session === found.session ? { ...session } : session)
    const current = found.record.isOutdated ? await sessions.change(found, again) : found
    return current?.stale === true ? sessions.cookies(current, header) : []
  }
  const session = refresher.upToDate(found.session)
  // The response to whoever renews it brings what is won: this one may reach the browser after it.
  return session === undefined || refresher.isRenewing(session) ? [] : sessions.create(session, header)
}
