import type { Reply } from '../http/decision.ts'
import { json } from '../http/reply.ts'
import { endOf, lastMomentOf } from '../session/lifetime.ts'
import type { EndpointContext } from './context.ts'

/**
 * `GET /auth/session`: who is signed in, for a page's own scripts. An allow-list, never a token. It does not
 * count as activity, so a page may ask as often as it likes.
 */
export async function showSession({ services, cookieHeader }: EndpointContext): Promise<Reply> {
  const session = (await services.sessions.read(cookieHeader))?.session
  // A provider that is no longer configured vouches for nobody.
  if (session === undefined || !services.config.providers.has(session.provider)) {
    return json(200, { authenticated: false })
  }
  const { provider, subject, user, grants, signedInAt } = session
  return json(200, {
    authenticated: true,
    provider,
    user: { ...user, id: subject },
    scope: grants[provider]?.scope ?? [],
    signedInAt: new Date(signedInAt).toISOString(),
    expiresAt: new Date(endOf(session, services.config.lifetimes)).toISOString(),
    signInAgainAt: new Date(lastMomentOf(session, services.config.lifetimes)).toISOString(),
  })
}
