import { GatewayError } from '../error.ts'
import type { Cookie } from '../http/cookie.ts'
import type { Reply } from '../http/decision.ts'
import { isPrefetch } from '../http/intent.ts'
import { type GatewayRequest, headerValue } from '../http/request.ts'
import { publicId } from '../session/summary.ts'
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
  const cookies = await endSessions(context, provider)
  return { type: 'reply', status: 200, headers: headersFor(provider.issuer), cookies, body: '' }
}

interface Caller {
  readonly id: string
  readonly issuer: string
}

async function endSessions(context: EndpointContext, { id, issuer }: Caller): Promise<readonly Cookie[]> {
  const { services, cookieHeader, reference } = context
  const { sessions, stored, emit } = services
  if (stored === undefined || !mayBeInFrame(context.request)) return []
  const query = new URLSearchParams(context.query)
  const sid = single(query, 'sid')
  // Section 2: if either is included, both must be. Of a name that comes twice nothing tells which value counts.
  const isNamed = query.has('iss') || query.has('sid')
  if (isNamed && (sid === undefined || single(query, 'iss') !== issuer)) return []

  const found = await sessions.read(cookieHeader)
  const isTheirs = found?.session.provider === id && (sid === undefined || found.session.sid === sid)
  // Anybody who knows a `sid` can load this.
  const ended = sid === undefined ? [] : await stored.directory.endOfProviderSession(id, sid, 'keep')
  const tell = (subject: string, session: string): void =>
    emit({ type: 'session_ended', provider: id, subject, session, cause: 'provider', reference })
  for (const { subject, id: session } of ended) tell(subject, session)
  if (found === undefined || !isTheirs) return []
  const own = await sessions.end(found)
  if (own !== undefined) tell(own.subject, publicId(own))
  return sessions.clear(cookieHeader)
}

const FRAMES: readonly (string | undefined)[] = ['iframe', 'frame', undefined]

/**
 * A provider loads this in a frame. A link, a picture or a script of somebody else signs nobody out, nor does a browser
 * that is only guessing. One that sends no fetch metadata gets the benefit of the doubt.
 */
function mayBeInFrame({ headers }: GatewayRequest): boolean {
  return FRAMES.includes(headerValue(headers, 'sec-fetch-dest')) && !isPrefetch(headers)
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
