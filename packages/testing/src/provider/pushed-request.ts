import { randomBytes } from 'node:crypto'
import { type HttpAnswer, json } from '../server/answer.ts'
import type { RecordedRequest } from '../server/recorded-request.ts'
import { authenticateClient } from './client-authentication.ts'
import { refuse } from './oauth-error.ts'
import type { Service } from './service.ts'

/** Authorization requests that came through the back channel. */
export interface PushedRequests {
  keep(clientId: string, parameters: URLSearchParams): string
  /** Takes a pushed request out: it is good for one use, by the client that pushed it, for a minute. */
  take(requestUri: string, clientId: string | null): URLSearchParams | undefined
}

const LIFETIME = 60

export function createPushedRequests(now: () => number): PushedRequests {
  const pushed = new Map<
    string,
    { readonly clientId: string; readonly parameters: URLSearchParams; readonly expiresAt: number }
  >()
  return {
    keep(clientId, parameters) {
      const requestUri = `urn:ietf:params:oauth:request_uri:${randomBytes(32).toString('base64url')}`
      pushed.set(requestUri, { clientId, parameters, expiresAt: now() / 1000 + LIFETIME })
      return requestUri
    },
    take(requestUri, clientId) {
      const found = pushed.get(requestUri)
      if (found === undefined || found.clientId !== clientId || now() / 1000 > found.expiresAt) return undefined
      pushed.delete(requestUri)
      return found.parameters
    },
  }
}

/**
 * The pushed authorization request endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9126#section-2
 */
export async function pushedAuthorizationRequest(request: RecordedRequest, service: Service): Promise<HttpAnswer> {
  if (service.script.pushedAuthorizationRequests === 'absent') return { status: 404 }
  if (request.method !== 'POST') throw refuse('invalid_request', 'POST only', 405, { allow: 'POST' })
  const client = await authenticateClient(request, service.clients, service.assertions)
  if (request.form.has('request_uri')) throw refuse('invalid_request', 'request_uri may not be pushed')
  const redirectUri = request.form.get('redirect_uri')
  if (redirectUri === null || !client.redirectUris.includes(redirectUri)) {
    throw refuse('invalid_request', 'The redirect URI is not registered')
  }
  return json(
    201,
    { request_uri: service.pushed.keep(client.id, request.form), expires_in: LIFETIME },
    { 'cache-control': 'no-store' },
  )
}
