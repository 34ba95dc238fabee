import type { HttpAnswer } from '../server/answer.ts'
import type { RecordedRequest } from '../server/recorded-request.ts'
import { authenticateClient } from './client-authentication.ts'
import { refuse } from './oauth-error.ts'
import type { Service } from './service.ts'

/**
 * Revokes a token. A token nobody knows is as good as revoked.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2.2
 */
export async function revocation(request: RecordedRequest, service: Service): Promise<HttpAnswer> {
  if (request.method !== 'POST') throw refuse('invalid_request', 'POST only', 405, { allow: 'POST' })
  const client = await authenticateClient(request, service.clients, service.assertions)
  const token = request.form.get('token')
  if (token === null) throw refuse('invalid_request', 'No token')
  service.grants.revokeToken(token, client.id)
  return { status: 200, headers: { 'cache-control': 'no-store' } }
}
