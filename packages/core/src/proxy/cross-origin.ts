import type { HeaderLine, Reply } from '../http/decision.ts'
import { showsSameOrigin } from '../http/intent.ts'
import { PRIVATE_HEADERS } from '../http/reply.ts'
import { type GatewayRequest, headerValue } from '../http/request.ts'
import type { ProxyRoute } from './options.ts'

/**
 * Whether a request may be forwarded with a token: it comes from our own pages, from an origin that was allowed, or
 * from a person who typed its address. Asked of every method, GET included.
 */
export function mayBeForwarded(request: GatewayRequest, route: ProxyRoute, origin: string): boolean {
  if (showsSameOrigin(request, origin) || allowedOrigin(request, route) !== undefined) return true
  const { headers } = request
  return (
    request.method === 'GET' &&
    headers['origin'] === undefined &&
    headerValue(headers, 'sec-fetch-site') === 'none' &&
    headerValue(headers, 'sec-fetch-mode') === 'navigate'
  )
}

/** CORS headers for an allowed origin, on every answer, errors included. Nothing for any other. */
export function corsHeaders(request: GatewayRequest, route: ProxyRoute): readonly HeaderLine[] {
  const origin = allowedOrigin(request, route)
  if (origin === undefined) return route.allowedOrigins.length === 0 ? [] : VARIES
  return [['access-control-allow-origin', origin], ['access-control-allow-credentials', 'true'], ...VARIES]
}

/** The answer to a preflight. It is never forwarded, and permits nothing to an origin that was not allowed. */
export function preflightReply(request: GatewayRequest, route: ProxyRoute): Reply {
  const cors = corsHeaders(request, route)
  const asked = headerValue(request.headers, 'access-control-request-headers')
  const permissions: readonly HeaderLine[] =
    allowedOrigin(request, route) === undefined
      ? []
      : [
          ['access-control-allow-methods', route.methods.join(', ')],
          ...(asked !== undefined && /^[A-Za-z0-9\-, ]{1,1024}$/.test(asked)
            ? [['access-control-allow-headers', asked] as const]
            : []),
          ['access-control-max-age', '600'],
        ]
  return { type: 'reply', status: 204, headers: [...PRIVATE_HEADERS, ...cors, ...permissions], cookies: [] }
}

const VARIES: readonly HeaderLine[] = [['vary', 'origin']]

function allowedOrigin({ headers }: GatewayRequest, { allowedOrigins }: ProxyRoute): string | undefined {
  const origin = headerValue(headers, 'origin')
  return origin !== undefined && allowedOrigins.includes(origin) ? origin : undefined
}
