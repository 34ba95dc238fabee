import { GatewayError } from './error.ts'
import type { Services } from './flow/services.ts'
import { type Obstacle, obstacle } from './guard/evaluate.ts'
import { turnAway } from './guard/turn-away.ts'
import { readCookies } from './http/cookie.ts'
import type { HeaderLine, Reply } from './http/decision.ts'
import { failureReply } from './http/failure.ts'
import { hasOneHost } from './http/host.ts'
import { isPreflight } from './http/intent.ts'
import { type GatewayRequest, headerValue } from './http/request.ts'
import { splitTarget } from './http/route.ts'
import { corsHeaders, mayBeForwarded, preflightReply } from './proxy/cross-origin.ts'
import type { Forward } from './proxy/forward.ts'
import type { ProxyRoute } from './proxy/options.ts'
import { headerSafe, requestHeaders } from './proxy/request-headers.ts'
import { responseHead, responseTrailers } from './proxy/response-head.ts'
import { findProxyRoute } from './proxy/routes.ts'
import { upstreamPath } from './proxy/upstream-path.ts'
import type { SignedIn } from './session/auth.ts'
import { createVisit, type TokenVisit } from './visit.ts'

/** Decides about requests under the prefixes of the `proxy` option. */
export type Forwarder = (request: GatewayRequest) => Promise<Reply | Forward>

/** One request under a prefix, and what has been found out about it. */
interface Passage {
  readonly request: GatewayRequest
  readonly route: ProxyRoute
  readonly path: string
  readonly visit: TokenVisit
  readonly services: Services
}

export function createForwarder(routes: readonly ProxyRoute[], services: Services): Forwarder {
  return async (request) => {
    const route = findProxyRoute(routes, splitTarget(request.target).path)
    try {
      if (!hasOneHost(request.rawHeaders)) throw new GatewayError('request_malformed')
      if (route === undefined) throw new GatewayError('route_not_found')
      if (isPreflight(request)) return preflightReply(request, route)
      const path = checkRequest(request, route, services)
      const visit = createVisit(request, services)
      await visit.load()
      return await admitted({ request, route, path, visit, services })
    } catch (error) {
      return refusal(error, request, route, services)
    }
  }
}

/** What can be said before anybody is looked up. The path to ask for, or an exception. */
function checkRequest(request: GatewayRequest, route: ProxyRoute, { config }: Services): string {
  if (request.headers['upgrade'] !== undefined) throw new GatewayError('upgrade_refused')
  if (!route.methods.includes(request.method)) {
    throw new GatewayError('method_not_allowed', { headers: { allow: route.methods.join(', ') } })
  }
  if (!mayBeForwarded(request, route, config.origin)) throw new GatewayError('cross_site_refused')
  // Only the origin form: the host of an absolute target is nobody's to choose here.
  const path = request.target.startsWith('/') ? upstreamPath(request.target, route) : undefined
  if (path === undefined) throw new GatewayError('target_refused')
  if (Number(headerValue(request.headers, 'content-length') ?? 0) > route.limits.maxBodyBytes) {
    throw new GatewayError('body_too_large')
  }
  return path
}

async function admitted(passage: Passage): Promise<Reply | Forward> {
  const { route, visit, services } = passage
  const { auth } = visit
  const reason = obstacle(auth, visit.session, route.requirement, services.config.now())
  if (reason !== undefined || !auth.authenticated) return turnedAway(reason ?? 'sign_in_required', passage)
  try {
    return forward(passage, auth, await visit.token(route.provider))
  } catch (error) {
    // The grant died: the session has ended with it.
    if (error instanceof GatewayError && error.code === 'sign_in_required') return turnedAway(error.code, passage)
    throw error
  }
}

function turnedAway(code: Obstacle, { request, route, visit, services }: Passage): Reply {
  const { config } = services
  const reference = services.reference()
  services.emit({ type: 'access_denied', code, provider: route.provider, reference })
  const reply = turnAway(code, request, route.requirement, {
    ...config,
    reference,
    session: visit.session,
    time: config.now(),
  })
  const cookies = [...reply.cookies, ...(visit.settle(undefined)?.cookies ?? [])]
  return { ...reply, headers: [...reply.headers, ...corsHeaders(request, route)], cookies }
}

function forward(passage: Passage, auth: SignedIn, accessToken: string): Forward {
  const { request, route, path, visit, services } = passage
  return {
    type: 'forward',
    upstream: { origin: route.origin, path },
    method: request.method,
    headers: requestHeaders(request.rawHeaders, {
      accessToken,
      headers: ownHeaders(route, auth, services),
      reserved: new Set(Object.keys(route.identityHeaders)),
      cookie: passedCookies(request, route),
    }),
    limits: route.limits,
    head(status, rawHeaders) {
      const head = responseHead(status, rawHeaders, route)
      const cookies = visit.settle(undefined)?.cookies ?? []
      const headers = cookies.length === 0 ? head.headers : head.headers.map(withoutStoring)
      return { status: head.status, headers: [...headers, ...corsHeaders(request, route)], cookies }
    },
    trailers: responseTrailers,
    async retry() {
      try {
        const renewed = await visit.token(route.provider, accessToken)
        return renewed === accessToken ? undefined : forward(passage, auth, renewed)
      } catch (error) {
        // Where the token cannot be renewed, the target's own refusal is the answer.
        if (error instanceof GatewayError) return undefined
        throw error
      }
    },
    failed: (error) => refusal(error, request, route, services),
  }
}

/** The preset's own headers, the route's, and who is asking: the last word is the route's. */
function ownHeaders(route: ProxyRoute, auth: SignedIn, { config }: Services): Readonly<Record<string, string>> {
  const provider = config.providers.get(route.provider)
  const identity: Record<string, string> = {}
  for (const [name, value] of Object.entries(route.identityHeaders)) {
    const said = value(auth)
    if (said !== undefined) identity[name] = headerSafe(said)
  }
  return { ...provider?.apiHeaders?.(config.origin), ...route.headers, ...identity }
}

function passedCookies({ headers }: GatewayRequest, { passCookies }: ProxyRoute): string | undefined {
  if (passCookies.length === 0) return undefined
  const header = headerValue(headers, 'cookie')
  const pairs = passCookies.flatMap((name) => readCookies(header, name).map((value) => `${name}=${value}`))
  return pairs.length === 0 ? undefined : pairs.join('; ')
}

/** SC-16: an answer that carries a session is for nobody else, and for no cache. */
function withoutStoring([name, value]: HeaderLine): HeaderLine {
  return name === 'cache-control' ? [name, 'private, no-store'] : [name, value]
}

function refusal(thrown: unknown, request: GatewayRequest, route: ProxyRoute | undefined, services: Services): Reply {
  const { config, emit } = services
  const error = thrown instanceof GatewayError ? thrown : new GatewayError('internal_error')
  const reference = services.reference()
  if (error === thrown) emit({ type: 'request_refused', code: error.code, reference })
  else
    emit({ type: 'failed', code: error.code, error: thrown instanceof Error ? thrown.name : typeof thrown, reference })
  const reply = failureReply(error, request, { pages: config.pages, home: config.defaultReturnTo, reference })
  return route === undefined ? reply : { ...reply, headers: [...reply.headers, ...corsHeaders(request, route)] }
}
