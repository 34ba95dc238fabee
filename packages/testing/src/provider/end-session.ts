import { decodeJwt } from 'jose'
import { type HttpAnswer, html, redirect } from '../server/answer.ts'
import type { RecordedRequest } from '../server/recorded-request.ts'
import { refusePage } from './oauth-error.ts'
import type { Service } from './service.ts'

/**
 * Ends the session at the provider and goes where the client wants to, without a question.
 *
 * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
 */
export function endSession(request: RecordedRequest, { clients, grants }: Service): HttpAnswer {
  const parameters = request.method === 'POST' ? request.form : request.query
  const { clientId, sid } = readHint(parameters.get('id_token_hint'))
  if (sid !== undefined) grants.endSession(sid)
  const target = parameters.get('post_logout_redirect_uri')
  if (target === null) return html(200, '<!doctype html><title>Signed out</title><h1>Signed out at the provider</h1>')
  const client = clients.find(parameters.get('client_id') ?? clientId)
  if (!client?.postLogoutRedirectUris.includes(target)) {
    throw refusePage('The post-logout redirect URI is not registered.')
  }
  const state = parameters.get('state')
  if (state === null) return redirect(target)
  return redirect(`${target}${target.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`)
}

/** A hint is only a hint: an expired ID token is as good, so nothing but its claims is read. */
function readHint(hint: string | null): { readonly clientId?: string; readonly sid?: string } {
  if (hint === null) return {}
  try {
    const { aud, sid } = decodeJwt(hint)
    return {
      ...(typeof aud === 'string' ? { clientId: aud } : {}),
      ...(typeof sid === 'string' ? { sid } : {}),
    }
  } catch {
    throw refusePage('The id_token_hint is no ID token.')
  }
}
