import { GatewayError } from '../error.ts'
import type { Reply } from '../http/decision.ts'
import { json } from '../http/reply.ts'
import { headerValue } from '../http/request.ts'
import type { LogoutToken } from '../protocol/protocol.ts'
import type { SessionDirectory } from '../session/directory.ts'
import type { SessionSummary } from '../session/summary.ts'
import { clientOf, type EndpointContext, providerNamed } from './context.ts'

const FORM = /^application\/x-www-form-urlencoded(?:\s*;|$)/i

/**
 * `POST /auth/backchannel-logout/{provider}`: the provider ends sessions. No cookie is read: the token is the only
 * evidence. 200 also for a session that is gone already; 400, and nothing ended, for a token that does not hold.
 *
 * @see https://openid.net/specs/openid-connect-backchannel-1_0.html#BCRequest
 */
export async function backchannelLogout(context: EndpointContext, providerId: string | undefined): Promise<Reply> {
  const { services, reference } = context
  const provider = providerNamed(providerId, services)
  const { stored } = services
  if (provider.protocol !== 'oidc' || provider.backchannelLogout === undefined || stored === undefined) {
    throw new GatewayError('route_not_found')
  }
  const client = clientOf(services, provider)
  const token = await client.verifyLogoutToken(await client.metadata(), await readToken(context))
  const { directory, notices } = stored
  const ended = await notices.once(provider.id, token, () => endSessions(directory, provider.id, token))
  for (const { subject, id } of ended ?? []) {
    services.emit({
      type: 'session_ended',
      provider: provider.id,
      subject,
      session: id,
      cause: 'provider',
      reference,
    })
  }
  return json(200, {})
}

/**
 * The session a token names, or all of its user's. With the former go those of its user that have no name: one of them
 * may be meant, for a provider need not put a `sid` into every ID token.
 */
async function endSessions(
  directory: SessionDirectory,
  provider: string,
  { sid, subject }: LogoutToken,
): Promise<readonly SessionSummary[]> {
  const isMeant = (session: SessionSummary): boolean => sid === undefined || session.sid === undefined
  const ended = await Promise.all([
    sid === undefined ? [] : directory.endOfProviderSession(provider, sid, 'revoke'),
    subject === undefined ? [] : directory.endOfProviderUser(provider, subject, isMeant),
  ])
  return ended.flat()
}

async function readToken({ request }: EndpointContext): Promise<string> {
  if (!FORM.test(headerValue(request.headers, 'content-type') ?? '')) throw new GatewayError('logout_token_invalid')
  const [token, ...more] = (await request.form()).getAll('logout_token')
  if (token === undefined || token === '' || more.length > 0) throw new GatewayError('logout_token_invalid')
  return token
}
