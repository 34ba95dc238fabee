import { createHash } from 'node:crypto'
import { type HttpAnswer, json } from '../server/answer.ts'
import type { RecordedRequest } from '../server/recorded-request.ts'
import type { IssuedTokens } from './access-token.ts'
import { type AniListClient, isRegistered } from './client.ts'
import { readCredentials, type TokenParameters, tokenParameters } from './credentials.ts'
import {
  INVALID_CLIENT,
  invalidRequest,
  type LeagueError,
  refuse,
  refuseRefreshToken,
  UNSUPPORTED_GRANT_TYPE,
} from './league-error.ts'
import type { Service } from './service.ts'

/**
 * The token endpoint: form or JSON, credentials in the body or in the header.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
 */
export async function tokenEndpoint(request: RecordedRequest, service: Service): Promise<HttpAnswer> {
  if (request.method !== 'POST') return json(405, { message: 'Method Not Allowed' }, { allow: 'POST' })
  const parameters = tokenParameters(request)
  if (parameters.grant_type === 'authorization_code') return exchangeCode(request, parameters, service)
  if (parameters.grant_type === 'refresh_token') return exchangeRefreshToken(request, parameters, service)
  throw refuse(service.engine, UNSUPPORTED_GRANT_TYPE)
}

async function exchangeCode(request: RecordedRequest, parameters: TokenParameters, service: Service) {
  const { engine, codes, tokens } = service
  const client = authenticateClient(request, parameters, service)
  const { code, redirect_uri } = parameters
  if (redirect_uri !== undefined && !isRegistered(client, redirect_uri, engine)) {
    throw refuse(engine, foreignRedirectUri(service))
  }
  if (code === undefined) throw refuse(engine, invalidRequest('code'))
  const look = codes.look(code)
  if (look.state !== 'valid') throw refuse(engine, badCode(look.state, service))
  const { grant } = look
  if (grant.clientId !== client.id) {
    throw refuse(engine, invalidRequest('code', 'Authorization code was not issued to this client'))
  }
  if (redirect_uri === undefined) throw refuse(engine, invalidRequest('redirect_uri'))
  if (redirect_uri !== grant.redirectUri) throw refuse(engine, invalidRequest('redirect_uri', 'Invalid redirect URI'))
  verifyCodeChallenge(parameters, look.grant, service)
  codes.spend(code)
  return success(await tokens.issue(client.id, grant.userId))
}

async function exchangeRefreshToken(request: RecordedRequest, parameters: TokenParameters, service: Service) {
  const { engine, tokens } = service
  const client = authenticateClient(request, parameters, service)
  if (parameters.refresh_token === undefined) throw refuse(engine, invalidRequest('refresh_token'))
  const taken = tokens.takeBack(parameters.refresh_token, client.id)
  if (!taken.ok) throw refuseRefreshToken(engine, REFRESH_TOKEN_HINTS[taken.reason])
  return success(await tokens.issue(client.id, taken.userId))
}

const REFRESH_TOKEN_HINTS = {
  unknown: 'Cannot decrypt the refresh token',
  revoked: 'Token has been revoked',
  'other-client': 'Token is not linked to client',
} as const

function authenticateClient(request: RecordedRequest, parameters: TokenParameters, service: Service): AniListClient {
  const { engine, clients } = service
  const { id, secret, usedBasic } = readCredentials(request, parameters)
  if (id === undefined) throw refuse(engine, invalidRequest('client_id'))
  const client = clients.find(id)
  if (client === undefined) throw refuse(engine, INVALID_CLIENT, usedBasic)
  if (secret === undefined && engine.missingSecret === 'invalid_request') {
    throw refuse(engine, invalidRequest('client_secret'))
  }
  if (secret !== client.secret) throw refuse(engine, INVALID_CLIENT, usedBasic)
  return client
}

function verifyCodeChallenge(
  { code_verifier: verifier }: TokenParameters,
  grant: { readonly codeChallenge: string | undefined; readonly codeChallengeMethod: 'plain' | 'S256' },
  { engine }: Service,
): void {
  if (engine.codeChallenge === 'ignored') return
  if (grant.codeChallenge === undefined) {
    if (verifier === undefined) return
    const hint = 'code_challenge must be provided when code_verifier is present'
    throw refuse(engine, invalidRequest('code_challenge', hint))
  }
  if (verifier === undefined) throw refuse(engine, invalidRequest('code_verifier'))
  const derived = grant.codeChallengeMethod === 'plain' ? verifier : sha256(verifier)
  if (derived === grant.codeChallenge) return
  throw refuse(engine, { error: 'invalid_grant', status: 400, hint: 'Failed to verify `code_verifier`.' })
}

function sha256(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

function badCode(state: 'unknown' | 'expired' | 'spent', { engine }: Service): LeagueError {
  const hints = {
    unknown: 'Cannot decrypt the authorization code',
    expired: 'Authorization code has expired',
    spent: 'Authorization code has been revoked',
  }
  return { error: engine.badCode, status: 400, hint: hints[state] }
}

function foreignRedirectUri({ engine }: Service): LeagueError {
  if (engine.foreignRedirectUri === 'invalid_client') return INVALID_CLIENT
  return invalidRequest('redirect_uri', 'Invalid redirect URI')
}

function success({ accessToken, refreshToken, expiresIn }: IssuedTokens): HttpAnswer {
  return {
    status: 200,
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      pragma: 'no-cache',
      'cache-control': 'no-store',
    },
    body: JSON.stringify({
      token_type: 'Bearer',
      expires_in: expiresIn,
      access_token: accessToken,
      refresh_token: refreshToken,
    }),
  }
}
