import type { AnswerHeaders, HttpAnswer } from '../server/answer.ts'
import { Refusal } from '../server/refusal.ts'
import type { EngineTraits } from './engine.ts'

/** An error of the engine, before a version of it has put it into words. */
export interface LeagueError {
  readonly error: string
  readonly status: number
  readonly hint?: string | undefined
}

const SENTENCES: Readonly<Record<string, string>> = {
  invalid_request:
    'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.',
  invalid_client: 'Client authentication failed',
  invalid_grant:
    'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
  invalid_scope: 'The requested scope is invalid, unknown, or malformed',
  access_denied: 'The resource owner or authorization server denied the request.',
  unsupported_grant_type: 'The authorization grant type is not supported by the authorization server.',
}

const REFRESH_TOKEN_SENTENCE = 'The refresh token is invalid.'

export const INVALID_CLIENT: LeagueError = { error: 'invalid_client', status: 401 }

export const UNSUPPORTED_GRANT_TYPE: LeagueError = {
  error: 'unsupported_grant_type',
  status: 400,
  hint: 'Check that all required parameters have been provided',
}

export function invalidRequest(parameter: string, hint = `Check the \`${parameter}\` parameter`): LeagueError {
  return { error: 'invalid_request', status: 400, hint }
}

/** The members of an error, in the words and the order of `engine`. */
export function errorMembers(engine: EngineTraits, { error, hint }: LeagueError, sentence = SENTENCES[error] ?? '') {
  const members = { error, error_description: sentence, hint, message: sentence }
  const present = engine.errorMembers.filter((name) => members[name] !== undefined)
  return Object.fromEntries(present.map((name) => [name, members[name] ?? '']))
}

/** Refuses with a JSON body. `usedBasic`: the request carried an `Authorization: Basic` header. */
export function refuse(engine: EngineTraits, error: LeagueError, usedBasic = false): Refusal {
  return new Refusal(errorAnswer(engine, error, usedBasic))
}

/** Refuses a refresh token: the one error with a sentence of its own. */
export function refuseRefreshToken(engine: EngineTraits, hint: string): Refusal {
  const { status, error } = engine.badRefreshToken
  const sentence = error === 'invalid_request' ? REFRESH_TOKEN_SENTENCE : SENTENCES[error]
  return new Refusal(errorJson(status, errorMembers(engine, { status, error, hint }, sentence)))
}

function errorAnswer(engine: EngineTraits, error: LeagueError, usedBasic: boolean): HttpAnswer {
  const challenges = error.error === 'invalid_client' && (usedBasic || engine.basicChallenge === 'always')
  const headers: AnswerHeaders = challenges ? { 'www-authenticate': 'Basic realm="OAuth"' } : {}
  return errorJson(error.status, errorMembers(engine, error), headers)
}

function errorJson(status: number, members: Readonly<Record<string, string>>, headers: AnswerHeaders = {}): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(members) }
}
