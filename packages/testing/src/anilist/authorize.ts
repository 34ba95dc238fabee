import { type HttpAnswer, redirect } from '../server/answer.ts'
import type { RecordedRequest } from '../server/recorded-request.ts'
import { type AniListClient, isRegistered } from './client.ts'
import { consentPage } from './consent-page.ts'
import { denialUri, withParameters } from './denial.ts'
import { errorMembers, INVALID_CLIENT, invalidRequest, refuse, UNSUPPORTED_GRANT_TYPE } from './league-error.ts'
import { page } from './page.ts'
import type { Service } from './service.ts'

interface AuthorizationRequest {
  readonly client: AniListClient
  readonly redirectUri: string
  readonly state: string | undefined
  readonly codeChallenge: string | undefined
  readonly codeChallengeMethod: 'plain' | 'S256'
}

/**
 * The authorization endpoint. GET asks, POST is the answer of the consent form; both check the request from the
 * beginning, so nothing is kept between them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 */
export function authorize(request: RecordedRequest, service: Service): HttpAnswer {
  const asked = readRequest(request, service)
  const { scope } = parameters(request)
  if (scope !== undefined && scope !== '' && scope !== '*') return refuseScope(scope, asked, service)
  if (request.method === 'GET' && service.approveAs !== undefined) return approve(service.approveAs, asked, service)
  if (request.method === 'GET') {
    return consentPage({ client: asked.client, users: service.users, action: request.target })
  }
  if (request.method !== 'POST') return page(405, 'Method not allowed', '<h1>Method not allowed</h1>')
  if (request.form.get('decision') === 'approve') return approve(request.form.get('user'), asked, service)
  return redirect(denialUri(asked.redirectUri, asked.state, service))
}

function approve(userName: string | null, asked: AuthorizationRequest, { users, codes }: Service): HttpAnswer {
  const user = users.find(({ name }) => name === userName)
  if (user === undefined) return page(404, 'Nobody of that name', '<h1>Nobody of that name lives here</h1>')
  const { client, redirectUri, state, codeChallenge, codeChallengeMethod } = asked
  const code = codes.issue({ clientId: client.id, redirectUri, userId: user.id, codeChallenge, codeChallengeMethod })
  return redirect(withParameters(redirectUri, { code, state }))
}

function readRequest(request: RecordedRequest, { clients, engine }: Service): AuthorizationRequest {
  const { response_type, client_id, redirect_uri, state } = parameters(request)
  if (response_type !== 'code') throw refuse(engine, UNSUPPORTED_GRANT_TYPE)
  if (client_id === undefined) throw refuse(engine, invalidRequest('client_id'))
  const client = clients.find(client_id)
  if (client === undefined) throw refuse(engine, INVALID_CLIENT)
  const redirectUri = redirect_uri ?? onlyOne(client.redirectUris)
  // The one that puzzles people: a redirect URI that differs in any octet is called a client problem.
  if (redirectUri === undefined || !isRegistered(client, redirectUri, engine)) throw refuse(engine, INVALID_CLIENT)
  return { client, redirectUri, state, ...readChallenge(request, engine) }
}

function readChallenge(request: RecordedRequest, engine: Service['engine']) {
  const none = { codeChallenge: undefined, codeChallengeMethod: 'plain' } as const
  const { code_challenge, code_challenge_method: method = 'plain' } = parameters(request)
  if (engine.codeChallenge === 'ignored' || code_challenge === undefined) return none
  if (method !== 'plain' && method !== 'S256') {
    throw refuse(engine, invalidRequest('code_challenge_method', 'Code challenge method must be `plain` or `S256`'))
  }
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(code_challenge)) {
    const hint = 'Code challenge must follow the specifications of RFC-7636.'
    throw refuse(engine, invalidRequest('code_challenge', hint))
  }
  return { codeChallenge: code_challenge, codeChallengeMethod: method } as const
}

function refuseScope(scope: string, { redirectUri, state }: AuthorizationRequest, { engine }: Service): HttpAnswer {
  const error = { error: 'invalid_scope', status: 400, hint: `Check the \`${scope.split(' ', 1)[0]}\` scope` }
  const kept = engine.scopeRefusal === 'with-state' ? { state } : {}
  return redirect(withParameters(redirectUri, { ...kept, ...errorMembers(engine, error) }))
}

/** PHP reads the last of several parameters of one name. */
function parameters({ query }: RecordedRequest): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(query)
}

function onlyOne(uris: readonly string[]): string | undefined {
  return uris.length === 1 ? uris[0] : undefined
}
