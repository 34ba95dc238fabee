import { randomUUID } from 'node:crypto'
import type { HttpAnswer } from '../server/answer.ts'
import type { RecordedRequest } from '../server/recorded-request.ts'
import { authorizationResponse, type ReturnAddress } from './authorization-response.ts'
import { changed } from './change.ts'
import type { ScriptedClient } from './client.ts'
import { refusePage } from './oauth-error.ts'
import type { Service } from './service.ts'

/**
 * The authorization endpoint. Everybody is signed in and agrees to everything, so the answer is always on its way
 * back at once.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1
 */
export function authorization(request: RecordedRequest, service: Service): HttpAnswer {
  const parameters = readParameters(request, service)
  const client = service.clients.find(parameters.get('client_id') ?? undefined)
  if (client === undefined) throw refusePage('Unknown client.')
  const address = returnAddress(parameters, client)
  const { script, issuer } = service
  const outcome = problemWith(parameters, service) ?? { code: issueCode(parameters, client, address, service) }
  const response = {
    ...outcome,
    state: parameters.get('state') ?? undefined,
    iss: script.responseIssuer === 'sent' ? issuer : undefined,
  }
  return authorizationResponse(address, changed(response, script.authorizationResponse))
}

function readParameters(request: RecordedRequest, { pushed, script }: Service): URLSearchParams {
  const direct = request.method === 'POST' ? request.form : request.query
  const requestUri = direct.get('request_uri')
  if (requestUri === null) {
    if (script.pushedAuthorizationRequests === 'required') throw refusePage('Requests must be pushed.')
    return direct
  }
  const parameters = pushed.take(requestUri, direct.get('client_id'))
  if (parameters === undefined) throw refusePage('The request_uri is unknown, used or expired.')
  // A client that pushed with Basic credentials need not have named itself among the parameters.
  return new URLSearchParams([['client_id', direct.get('client_id') ?? ''], ...parameters])
}

function returnAddress(parameters: URLSearchParams, client: ScriptedClient): ReturnAddress {
  const redirectUri = parameters.get('redirect_uri')
  if (redirectUri === null || !client.redirectUris.includes(redirectUri)) {
    throw refusePage('The redirect URI is not registered.')
  }
  const mode = parameters.get('response_mode') ?? 'query'
  if (mode !== 'query' && mode !== 'form_post') throw refusePage('The response mode is not offered.')
  return { redirectUri, mode }
}

function problemWith(parameters: URLSearchParams, { script }: Service) {
  const method = parameters.get('code_challenge_method') ?? 'plain'
  if (parameters.get('response_type') !== 'code') return { error: 'unsupported_response_type' }
  if (script.codeChallenge === 'required' && !parameters.has('code_challenge')) return { error: 'invalid_request' }
  if (method !== 'plain' && method !== 'S256') return { error: 'invalid_request' }
  return undefined
}

function issueCode(
  parameters: URLSearchParams,
  { id }: ScriptedClient,
  { redirectUri }: ReturnAddress,
  { grants, script, now }: Service,
): string {
  return grants.issueCode({
    clientId: id,
    redirectUri,
    scope: parameters.get('scope') ?? '',
    nonce: parameters.get('nonce') ?? undefined,
    codeChallenge: parameters.get('code_challenge') ?? undefined,
    codeChallengeMethod: parameters.get('code_challenge_method') === 'S256' ? 'S256' : 'plain',
    acr: parameters.get('acr_values')?.split(' ', 1)[0],
    user: script.user,
    sid: randomUUID(),
    authTime: Math.floor(now() / 1000),
  })
}
