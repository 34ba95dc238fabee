import { GatewayError, refusal } from './error.ts'
import { floodReply } from './flow/cookie-flood.ts'
import type { Services } from './flow/services.ts'
import { type Obstacle, obstacle } from './guard/evaluate.ts'
import { turnAway } from './guard/turn-away.ts'
import { type Cookie, readCookies } from './http/cookie.ts'
import type { Reply } from './http/decision.ts'
import { failureReply } from './http/failure.ts'
import { hasOneMediaType, isFramedPlainly } from './http/framing.ts'
import { hasOneHost } from './http/host.ts'
import { isPreflight } from './http/intent.ts'
import { type GatewayRequest, headerValue } from './http/request.ts'
import { splitTarget } from './http/route.ts'
import { corsHeaders, mayBeForwarded, preflightReply } from './proxy/cross-origin.ts'
import type { Forward } from './proxy/forward.ts'
import { identityLines } from './proxy/identity-headers.ts'
import type { ProxyRoute } from './proxy/options.ts'
import { requestHeaders } from './proxy/request-headers.ts'
import { responseHeaders, responseTrailers } from './proxy/response-head.ts'
import { findProxyRoute } from './proxy/routes.ts'
import { upstreamPath } from './proxy/upstream-path.ts'
import type { SignedIn } from './session/auth.ts'
import { createVisit, type TokenVisit } from './visit.ts'

/** Decides about requests under the prefixes of the `proxy` option. Never rejects. */
export type Forwarder = (request: GatewayRequest) => Promise<Reply | Forward>

/** One request under a prefix, and what has been found out about it. */
interface Passage {
  readonly request: GatewayRequest
  readonly route: ProxyRoute | undefined
  readonly visit: TokenVisit
  readonly services: Services
}

/** A request that may be forwarded, if its user may. */
interface Sound extends Passage {
  readonly route: ProxyRoute
  readonly path: string
}

export function createForwarder(services: Services, isClosed: () => boolean): Forwarder {
  const { proxyRoutes } = services.config
  return async (request) => {
    const flooded = floodReply(request, services)
    if (flooded !== undefined) return flooded
    const route = findProxyRoute(proxyRoutes, splitTarget(request.target).path)
    const visit = createVisit(request, services)
    try {
      if (!hasOneHost(request.rawHeaders) || !isFramedPlainly(request.headers)) throw refusal('request_malformed')
      if (route === undefined) throw refusal('route_not_found')
      if (isPreflight(request)) return preflightReply(request, route)
      if (isClosed()) throw refusal('gateway_closed', { retryAfter: 1 })
      const path = checkRequest(request, route, services.config.origin)
      return await admitted({ request, route, path, visit, services })
    } catch (error) {
      return failed(error, { request, route, visit, services })
    }
  }
}

/** What can be said before anybody is looked up. The path to ask for, or an exception. */
function checkRequest(request: GatewayRequest, route: ProxyRoute, origin: string): string {
  if (request.headers['upgrade'] !== undefined) throw refusal('upgrade_refused')
  if (!route.methods.includes(request.method)) {
    throw refusal('method_not_allowed', { headers: { allow: route.methods.join(', ') } })
  }
  if (request.headers['content-type'] !== undefined && !hasOneMediaType(request.rawHeaders)) {
    throw refusal('request_malformed')
  }
  if (!mayBeForwarded(request, route, origin)) throw refusal('cross_site_refused')
  const path = upstreamPath(request.target, route)
  if (path === undefined) throw refusal('target_refused')
  if (Number(headerValue(request.headers, 'content-length') ?? 0) > route.limits.maxBodyBytes) {
    throw refusal('body_too_large')
  }
  return path
}

async function admitted(sound: Sound): Promise<Reply | Forward> {
  const { route, visit, services } = sound
  const loading = visit.load()
  if (loading !== undefined) await loading
  const { auth } = visit
  const reason = obstacle(auth, visit.session, route.requirement, services.config.now())
  if (reason !== undefined || !auth.authenticated) return turnedAway(reason ?? 'sign_in_required', sound)
  try {
    return forward(sound, auth, await visit.token(route.provider))
  } catch (error) {
    // The grant died: the session has ended with it.
    if (error instanceof GatewayError && error.code === 'sign_in_required') return turnedAway(error.code, sound)
    throw error
  }
}

function forward(sound: Sound, auth: SignedIn, accessToken: string): Forward {
  const { request, route, path, visit } = sound
  const own = [...route.headers]
  for (const [name, value] of identityLines(route.identityHeaders, auth)) own.push(name, value)
  const cookie = passedCookies(request, route)
  if (cookie !== undefined) own.push('cookie', cookie)
  own.push('authorization', `Bearer ${accessToken}`)
  return {
    type: 'forward',
    upstream: { origin: route.origin, path },
    method: request.method,
    headers: requestHeaders(request.rawHeaders, route.requestFilter, own),
    limits: route.limits,
    head(status, rawHeaders) {
      const cookies = dueCookies(visit)
      const headers = responseHeaders(status, rawHeaders, route, path, cookies.length > 0)
      for (const [name, value] of corsHeaders(request, route)) headers.push(name, value)
      return { status, headers, cookies }
    },
    trailers: (rawTrailers) => responseTrailers(rawTrailers, route.responseFilter),
    retry: () => retry(sound, auth, accessToken),
    failed: (error) => failed(error, sound),
  }
}

/** Decision 5: one forced refresh. Where the token cannot be renewed, the target's own refusal is the answer. */
async function retry(sound: Sound, auth: SignedIn, refused: string): Promise<Forward | Reply | undefined> {
  const { route, visit } = sound
  try {
    const renewed = await visit.token(route.provider, refused)
    return renewed === refused ? undefined : forward(sound, auth, renewed)
  } catch (error) {
    if (visit.session === undefined) return turnedAway('sign_in_required', sound)
    return error instanceof GatewayError ? undefined : failed(error, sound)
  }
}

function passedCookies({ headers }: GatewayRequest, { passCookies }: ProxyRoute): string | undefined {
  if (passCookies.length === 0) return undefined
  const header = headerValue(headers, 'cookie')
  const pairs = passCookies.flatMap((name) => readCookies(header, name).map((value) => `${name}=${value}`))
  return pairs.length === 0 ? undefined : pairs.join('; ')
}

function turnedAway(code: Obstacle, { request, route, visit, services }: Sound): Reply {
  const { config } = services
  const reference = services.reference()
  services.emit({ type: 'access_denied', code, provider: route.provider, reference })
  const reply = turnAway(code, request, route.requirement, {
    config,
    reference,
    session: visit.session,
    time: config.now(),
  })
  return completed(reply, request, route, visit)
}

function failed(thrown: unknown, { request, route, visit, services }: Passage): Reply {
  const { config, emit } = services
  const error = thrown instanceof GatewayError ? thrown : new GatewayError('internal_error')
  const { code, advice } = error
  const reference = services.reference()
  if (error === thrown) emit({ type: 'request_refused', code, provider: route?.provider, advice, reference })
  else emit({ type: 'failed', code, error: thrown instanceof Error ? thrown.name : typeof thrown, reference })
  const reply = failureReply(error, request, { pages: config.pages, home: config.defaultReturnTo, reference })
  try {
    return completed(reply, request, route, visit)
  } catch {
    // What failed was to write the session, and it would fail again.
    return reply
  }
}

/** What an allowed origin needs to read the reply, and the session, which may have been renewed on the way here. */
function completed(reply: Reply, request: GatewayRequest, route: ProxyRoute | undefined, visit: TokenVisit): Reply {
  const cors = route === undefined ? [] : corsHeaders(request, route)
  return { ...reply, headers: [...reply.headers, ...cors], cookies: [...reply.cookies, ...dueCookies(visit)] }
}

function dueCookies(visit: TokenVisit): readonly Cookie[] {
  return visit.settle(undefined)?.cookies ?? []
}
