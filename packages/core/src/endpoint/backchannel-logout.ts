import { GatewayError } from '../error.ts'
import type { Reply } from '../http/decision.ts'
import { json } from '../http/reply.ts'
import { headerValue } from '../http/request.ts'
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
  const ended = await notices.once(provider.id, token, () =>
    token.sid === undefined
      ? directory.endOfProviderUser(provider.id, token.subject ?? '')
      : directory.endOfProviderSession(provider.id, token.sid, 'revoke'),
  )
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

async function readToken({ request }: EndpointContext): Promise<string> {
  if (!FORM.test(headerValue(request.headers, 'content-type') ?? '')) throw new GatewayError('logout_token_invalid')
  const [token, ...more] = (await request.form()).getAll('logout_token')
  if (token === undefined || token === '' || more.length > 0) throw new GatewayError('logout_token_invalid')
  return token
}
