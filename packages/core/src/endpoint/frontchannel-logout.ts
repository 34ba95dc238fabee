import { GatewayError } from '../error.ts'
import type { Cookie } from '../http/cookie.ts'
import type { Reply } from '../http/decision.ts'
import { headerValue } from '../http/request.ts'
import { type EndpointContext, providerNamed, single } from './context.ts'

/**
 * `GET /auth/frontchannel-logout/{provider}`: the provider loads this in a frame to end its session here. With
 * `iss` and `sid` it ends that session, cookie or not; a frame may be shown none. Anything else changes nothing,
 * and the answer is always the same.
 *
 * @see https://openid.net/specs/openid-connect-frontchannel-1_0.html#RPLogout
 */
export async function frontchannelLogout(context: EndpointContext, providerId: string | undefined): Promise<Reply> {
  const { services } = context
  const provider = providerNamed(providerId, services)
  if (provider.protocol !== 'oidc' || provider.frontchannelLogout === undefined || services.stored === undefined) {
    throw new GatewayError('route_not_found')
  }
  const query = new URLSearchParams(context.query)
  const cookies = await endSessions(context, provider, single(query, 'iss'), single(query, 'sid'))
  return { type: 'reply', status: 200, headers: headersFor(provider.issuer), cookies, body: '' }
}

interface Caller {
  readonly id: string
  readonly issuer: string
}

async function endSessions(
  context: EndpointContext,
  { id, issuer }: Caller,
  iss: string | undefined,
  sid: string | undefined,
): Promise<readonly Cookie[]> {
  const { services, cookieHeader, reference } = context
  const { sessions, stored, emit } = services
  // Section 2: if either is included, both must be.
  if (stored === undefined || (iss === undefined) !== (sid === undefined)) return []
  // A provider loads this in a frame. Opened as a page it is a link, and a link signs nobody out.
  if (headerValue(context.request.headers, 'sec-fetch-dest') === 'document') return []
  if (iss !== undefined && iss !== issuer) return []

  const found = await sessions.read(cookieHeader)
  const isTheirs = found?.session.provider === id && (sid === undefined || found.session.sid === sid)
  // Anybody who knows a `sid` can load this.
  const ended = sid === undefined ? [] : await stored.directory.endOfProviderSession(id, sid, 'keep')
  for (const { subject, id: session } of ended) {
    emit({ type: 'session_ended', provider: id, subject, session, cause: 'provider', reference })
  }
  if (found === undefined || !isTheirs) return []
  await sessions.end(found)
  return sessions.clear(cookieHeader)
}

/** The one page that may be framed, and only by the provider. */
function headersFor(issuer: string): Reply['headers'] {
  return [
    ['cache-control', 'no-store'],
    ['referrer-policy', 'no-referrer'],
    ['x-content-type-options', 'nosniff'],
    ['content-security-policy', `default-src 'none'; frame-ancestors ${new URL(issuer).origin}`],
    ['content-type', 'text/html; charset=utf-8'],
  ]
}
