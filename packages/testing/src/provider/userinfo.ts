import { type HttpAnswer, json } from '../server/answer.ts'
import type { RecordedRequest } from '../server/recorded-request.ts'
import { changed } from './change.ts'
import { refuse } from './oauth-error.ts'
import type { Service } from './service.ts'

/**
 * Claims about the user an access token stands for.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfo
 */
export function userinfo({ headers }: RecordedRequest, { grants, script }: Service): HttpAnswer {
  const accessToken = /^bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1]
  if (accessToken === undefined)
    throw refuse('invalid_request', 'No bearer token', 401, { 'www-authenticate': 'Bearer' })
  const grant = grants.grantOfAccessToken(accessToken)
  if (grant === undefined) {
    const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' }
    throw refuse('invalid_token', 'The access token is unknown, revoked or expired', 401, challenge)
  }
  return json(200, changed(grant.user, script.userinfo))
}
