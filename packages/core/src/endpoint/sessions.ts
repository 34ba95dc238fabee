import { GatewayError } from '../error.ts'
import type { StoredServices } from '../flow/services.ts'
import type { Reply } from '../http/decision.ts'
import { showsSameOrigin } from '../http/intent.ts'
import { json } from '../http/reply.ts'
import type { Session } from '../session/session.ts'
import type { Found } from '../session/sessions.ts'
import { publicId, type SessionSummary } from '../session/summary.ts'
import { type EndpointContext, single } from './context.ts'

const MAX_LABEL = 60
const LABEL = /^[^\p{C}]+$/u

/** `GET /auth/sessions`: where else this user is signed in. */
export async function listSessions(context: EndpointContext): Promise<Reply> {
  const { stored, found } = await owner(context)
  const current = publicId(found.session)
  const list = await stored.directory.list(found.session.provider, found.session.subject)
  return json(200, { sessions: list.map((summary) => asJson(summary, current)) })
}

/**
 * `POST /auth/sessions` with `action=end&id=…`, `action=end-others`, `action=end-all` or
 * `action=rename&id=…&label=…`: what a user may do with their own sessions.
 */
export async function changeSessions(context: EndpointContext): Promise<Reply> {
  const { services, request, cookieHeader } = context
  if (!showsSameOrigin(request, services.config.origin)) throw new GatewayError('cross_site_refused')
  const form = await request.form()
  const { stored, found } = await owner(context)
  const { session } = found
  const current = publicId(session)
  const id = single(form, 'id')
  switch (single(form, 'action')) {
    case 'end':
      return endedReply(context, session, await end(context, stored, session, (one) => one.id === id), cookieHeader)
    case 'end-others':
      return endedReply(
        context,
        session,
        await end(context, stored, session, (one) => one.id !== current),
        cookieHeader,
      )
    case 'end-all': {
      // Their own last: whom the store fails on the way can ask again.
      const others = await end(context, stored, session, (one) => one.id !== current)
      const own = await end(context, stored, session, () => true)
      return endedReply(context, session, [...others, ...own], cookieHeader)
    }
    case 'rename':
      return rename(stored, session, id, single(form, 'label'))
    default:
      throw new GatewayError('parameter_invalid')
  }
}

async function owner({ services, cookieHeader }: EndpointContext): Promise<{ stored: StoredServices; found: Found }> {
  if (services.stored === undefined) throw new GatewayError('route_not_found')
  const found = await services.sessions.read(cookieHeader)
  if (found === undefined) throw new GatewayError('sign_in_required', { headers: { 'www-authenticate': 'Cookie' } })
  return { stored: services.stored, found }
}

async function end(
  { services, reference }: EndpointContext,
  { directory }: StoredServices,
  { provider, subject }: Session,
  which: (summary: SessionSummary) => boolean,
): Promise<readonly SessionSummary[]> {
  const ended = await directory.end(provider, subject, which)
  for (const { id } of ended) {
    services.emit({ type: 'session_ended', provider, subject, session: id, cause: 'owner', reference })
  }
  return ended
}

function endedReply(
  { services }: EndpointContext,
  session: Session,
  ended: readonly SessionSummary[],
  cookieHeader: string | undefined,
): Reply {
  const reply = json(200, { ended: ended.map(({ id }) => id) })
  if (!ended.some(({ id }) => id === publicId(session))) return reply
  // This browser's own: its tokens are at hand, and nobody will use them any more.
  services.revocations.addAll(services.refresher.latest(session).grants)
  return { ...reply, cookies: services.sessions.clear(cookieHeader) }
}

async function rename(
  { directory }: StoredServices,
  { provider, subject }: Session,
  id: string | undefined,
  label: string | undefined,
): Promise<Reply> {
  if (id === undefined || label === undefined || label.length > MAX_LABEL || !LABEL.test(label)) {
    throw new GatewayError('parameter_invalid')
  }
  return json(200, { renamed: await directory.rename(provider, subject, id, label) })
}

function asJson({ id, device, label, signedInAt, touchedAt }: SessionSummary, current: string): object {
  return {
    id,
    device,
    label,
    signedInAt: new Date(signedInAt).toISOString(),
    lastSeenAt: new Date(touchedAt).toISOString(),
    current: id === current,
  }
}
