import { createHash } from 'node:crypto'
import { type HttpAnswer, json } from '../server/answer.ts'
import type { RecordedRequest } from '../server/recorded-request.ts'
import { changed } from './change.ts'
import type { ScriptedClient } from './client.ts'
import { authenticateClient } from './client-authentication.ts'
import type { Grant } from './grant.ts'
import { issueIdToken } from './id-token.ts'
import { refuse } from './oauth-error.ts'
import type { Service } from './service.ts'

/**
 * The token endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2
 */
export async function token(request: RecordedRequest, service: Service): Promise<HttpAnswer> {
  if (request.method !== 'POST') throw refuse('invalid_request', 'POST only', 405, { allow: 'POST' })
  const client = await authenticateClient(request, service.clients, service.assertions)
  const grantType = request.form.get('grant_type')
  if (grantType === 'authorization_code') return exchangeCode(request.form, client, service)
  if (grantType === 'refresh_token') return exchangeRefreshToken(request.form, client, service)
  throw refuse('unsupported_grant_type', 'Only authorization_code and refresh_token')
}

async function exchangeCode(form: URLSearchParams, client: ScriptedClient, service: Service): Promise<HttpAnswer> {
  const grant = service.grants.spendCode(form.get('code') ?? '')
  if (grant === undefined) throw refuse('invalid_grant', 'The code is unknown, used or expired')
  if (grant.clientId !== client.id) throw refuse('invalid_grant', 'The code was issued to another client')
  if (grant.redirectUri !== form.get('redirect_uri')) throw refuse('invalid_grant', 'The redirect URI differs')
  verifyCodeChallenge(form.get('code_verifier'), grant, service)
  return tokenResponse(grant, client, service, 'code')
}

async function exchangeRefreshToken(form: URLSearchParams, client: ScriptedClient, service: Service) {
  const { grants, script } = service
  const refreshToken = form.get('refresh_token') ?? ''
  const grant = grants.useRefreshToken(refreshToken, client.id, script.refreshTokens === 'rotating')
  if (grant === undefined) throw refuse('invalid_grant', 'The refresh token is unknown, used or revoked')
  const granted = grant.scope.split(' ')
  const asked = form.get('scope')?.split(' ') ?? []
  if (asked.some((scope) => !granted.includes(scope))) throw refuse('invalid_scope', 'More than was granted')
  return tokenResponse(grant, client, service, 'refresh')
}

function verifyCodeChallenge(verifier: string | null, grant: Grant, { script }: Service): void {
  if (script.codeChallenge === 'ignored') return
  if (grant.codeChallenge === undefined) {
    if (verifier !== null) throw refuse('invalid_grant', 'There is a code_verifier and was no code_challenge')
    return
  }
  const derived = grant.codeChallengeMethod === 'plain' ? verifier : sha256(verifier ?? '')
  if (derived !== grant.codeChallenge) throw refuse('invalid_grant', 'The code_verifier does not fit')
}

async function tokenResponse(
  grant: Grant,
  client: ScriptedClient,
  service: Service,
  from: 'code' | 'refresh',
): Promise<HttpAnswer> {
  const { grants, script } = service
  const accessToken = grants.issueAccessToken(grant, script.accessTokenLifetime)
  // A static refresh token is not repeated when it is used: it stays the same (RFC 6749 section 6).
  const issuesRefreshToken =
    script.refreshTokens === 'rotating' || (script.refreshTokens === 'static' && from === 'code')
  const isOpenId = script.protocol === 'oidc' && grant.scope.split(' ').includes('openid')
  const issuesIdToken = isOpenId && (from === 'code' || script.idTokenOnRefresh === 'issued')
  const response = {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: script.accessTokenLifetime,
    refresh_token: issuesRefreshToken ? grants.issueRefreshToken(grant) : undefined,
    scope: grant.scope === '' ? undefined : grant.scope,
    id_token: issuesIdToken ? await issueIdToken({ grant, client, accessToken, from }, service) : undefined,
  }
  return json(200, changed(response, script.tokenResponse), { 'cache-control': 'no-store', pragma: 'no-cache' })
}

function sha256(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}
