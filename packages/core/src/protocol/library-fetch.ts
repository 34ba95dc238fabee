import type { CustomFetch } from 'openid-client'
import { GatewayError } from '../error.ts'
import type { Answer } from './answer.ts'
import { refusal } from './classify.ts'
import { isJsonObject } from './json.ts'
import type { Server } from './server.ts'
import { checkTokenResponse } from './token-response.ts'
import type { Connection } from './transport.ts'

/**
 * `fetch` for the library. It may call the endpoints of one server, and sees successes only: their bodies are read,
 * bounded and checked before, and everything else is thrown as the error it will be. What the library is left to
 * do is to write the requests.
 */
export function createLibraryFetch(server: Server, connection: Connection): CustomFetch {
  const endpoints = endpointsOf(server, connection)
  return async (url, { method, headers, body }) => {
    const success = endpoints.get(url)
    if (success === undefined || !(body instanceof URLSearchParams)) throw new GatewayError('internal_error')
    return success(await connection.call(url, { method, headers, body }))
  }
}

type Success = (answer: Answer) => Response

function endpointsOf(server: Server, connection: Connection): ReadonlyMap<string, Success> {
  const { tokenEndpoint, pushedAuthorizationRequestEndpoint, revocationEndpoint } = server
  const endpoints = new Map<string, Success>()
  if (pushedAuthorizationRequestEndpoint !== undefined) {
    endpoints.set(hrefOf(pushedAuthorizationRequestEndpoint), pushSuccess(connection))
  }
  if (revocationEndpoint !== undefined) endpoints.set(hrefOf(revocationEndpoint), revocationSuccess(connection))
  // Last, for a server that has one address for several things: whatever revocation answers will do, and tokens must be.
  endpoints.set(hrefOf(tokenEndpoint), tokenSuccess(connection))
  return endpoints
}

/** The library calls what `URL` makes of an endpoint. */
function hrefOf(endpoint: string): string {
  return new URL(endpoint).href
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
function tokenSuccess(connection: Connection): Success {
  return (answer) => {
    const { status, json } = answer
    if (status !== 200 || !isJsonObject(json)) throw refusal(answer, 'token', connection)
    // Some servers report errors with 200.
    const isError = typeof json['error'] === 'string'
    if (isError && !json['access_token']) throw refusal(answer, 'token', connection)
    const ambiguity = isError && json['error'] !== '' ? 'error' : answer.ambiguity()
    if (ambiguity !== undefined) {
      const { id } = connection.provider
      throw new GatewayError('provider_response_invalid', { provider: id, advice: AMBIGUITIES[ambiguity] })
    }
    return asResponse(200, checkTokenResponse(json, connection.provider))
  }
}

const AMBIGUITIES = {
  label: 'Its token response is labelled as something other than JSON. RFC 6749 section 5.1 asks for application/json.',
  coding: 'Its token response has a Content-Encoding that was not asked for and is not known.',
  error: 'Its token response holds an error and an access token, and only one of them can be meant.',
  byte_order_mark: 'Its token response begins with a byte order mark, which JSON does not have.',
  repeated_member: 'Its token response names a member twice, and only one of them can be meant.',
} as const

/** @see https://www.rfc-editor.org/rfc/rfc9126#section-2.2 */
function pushSuccess(connection: Connection): Success {
  return (answer) => {
    if (answer.status !== 201 || !isJsonObject(answer.json)) throw refusal(answer, 'authorization', connection)
    const { request_uri, expires_in } = answer.json
    if (typeof request_uri === 'string' && request_uri.length > LONGEST_REFERENCE) {
      const advice = `Its request_uri is longer than ${LONGEST_REFERENCE} characters.`
      throw new GatewayError('provider_response_invalid', { provider: connection.provider.id, advice })
    }
    return asResponse(201, { request_uri, expires_in })
  }
}

// RFC 9101 section 5.2 asks for at most 512. What is much longer makes an address that browsers and servers refuse.
const LONGEST_REFERENCE = 2048

/** Any 2xx will do: servers say 200, 202 and 204, and the library takes 200 alone. */
function revocationSuccess(connection: Connection): Success {
  return (answer) => {
    if (answer.status >= 300) throw refusal(answer, 'token', connection)
    return asResponse(200, {})
  }
}

/** A response whose body was read already. To write it out for the library to parse again would cost 16 µs. */
function asResponse(status: number, body: object): Response {
  // Defined and not assigned: servers replace `Response` by their own, where `json` cannot be written.
  return Object.defineProperty(new Response(null, { status }), 'json', { value: async () => body })
}
