import { createAdministration } from './administration.ts'
import { createConfig } from './config.ts'
import type { Gateway } from './contract.ts'
import { backchannelLogout } from './endpoint/backchannel-logout.ts'
import { finishSignIn } from './endpoint/callback.ts'
import { createContext, type EndpointContext, returnRule, single } from './endpoint/context.ts'
import { frontchannelLogout } from './endpoint/frontchannel-logout.ts'
import { login } from './endpoint/login.ts'
import { confirmSignOut, signOut } from './endpoint/logout.ts'
import { showSession } from './endpoint/session.ts'
import { changeSessions, listSessions } from './endpoint/sessions.ts'
import { showSignedOut } from './endpoint/signed-out.ts'
import { verify } from './endpoint/verify.ts'
import { GatewayError } from './error.ts'
import { floodReply } from './flow/cookie-flood.ts'
import { createForwarder } from './forwarding.ts'
import { loginPath } from './http/address.ts'
import type { Reply } from './http/decision.ts'
import { type FailureContext, failureReply } from './http/failure.ts'
import { hasOneHost } from './http/host.ts'
import type { GatewayRequest } from './http/request.ts'
import { safePath } from './http/return-to.ts'
import { matchRoute, type RouteMatch, routesUnder, splitTarget } from './http/route.ts'
import type { GatewayOptions } from './options.ts'
import type { Provider } from './provider/provider.ts'
import { createServices } from './services.ts'
import { rememberServices } from './sign-in-as.ts'
import { printWarning, startUpWarnings } from './start-up-warnings.ts'
import { createVisit } from './visit.ts'
import { waitIdly } from './waiting.ts'

/**
 * Makes a gateway from options. Does no I/O: providers are contacted when somebody signs in.
 * Throws one `config_invalid` that names every problem.
 */
export function createGateway<const P extends readonly Provider[]>(options: GatewayOptions<P>): Gateway<P[number]> {
  const config = createConfig(options)
  const services = createServices(config)
  const routes = routesUnder(config.basePath, config.callbackPaths)
  const closing: (() => Promise<void>)[] = []
  let isClosed = false

  for (const warning of startUpWarnings(options)) {
    printWarning(warning)
    services.emit({ type: 'start_up_warning', ...warning, reference: services.reference() })
  }

  const handle = async (request: GatewayRequest): Promise<Reply> => {
    const flooded = floodReply(request, services)
    if (flooded !== undefined) return flooded
    const { path, query } = splitTarget(request.target)
    const match = matchRoute(routes, path)
    const context = createContext(request, query, services.reference(), services)
    try {
      if (!hasOneHost(request.rawHeaders)) throw new GatewayError('request_malformed')
      if (match === undefined) throw new GatewayError('route_not_found')
      services.rateLimits.get(match.route.name)?.count(request.clientAddress)
      if (isClosed && match.route.name.startsWith('login')) throw new GatewayError('gateway_closed', { retryAfter: 1 })
      return await answer(match, context)
    } catch (error) {
      return failed(error, context, match)
    }
  }

  const gateway: Gateway = {
    origin: config.origin,
    basePath: config.basePath,
    routes,
    prefixes: config.proxyRoutes.map(({ prefix }) => prefix),
    forward: createForwarder(services, () => isClosed),
    redirectUris: config.redirectUris,
    handle,
    sessions: createAdministration(services),
    visit: (request) => createVisit(request, services),
    lend: services.lend,
    onClose: (task) => void closing.push(task),
    async close() {
      isClosed = true
      services.stop()
      const drained = Promise.all([
        services.flights.drain(),
        // What is won for a session that has ended is revoked.
        services.refresher.close().then(services.revocations.close),
        ...closing.map((task) => task()),
      ])
      // A callback that arrived meanwhile has spent its code: it is not left without a store.
      await Promise.race([drained.then(services.flights.drain), waitIdly(CLOSE_DEADLINE)])
      await config.store?.close()
    },
  }
  rememberServices(gateway, services)
  // The providers of the options are the providers of the gateway: only the type remembers which.
  return gateway as unknown as Gateway<P[number]>
}

// Longer than one call to a provider; shorter than what process managers wait before they kill.
const CLOSE_DEADLINE = 20_000

function answer({ route, provider }: RouteMatch, context: EndpointContext): Reply | Promise<Reply> {
  const { method } = context.request
  // Which of its methods a callback answers to depends on the provider.
  if (route.name !== 'callback' && !route.methods.some((allowed) => allowed === method)) {
    throw new GatewayError('method_not_allowed', { headers: { allow: route.methods.join(', ') } })
  }
  switch (route.name) {
    case 'login':
    case 'login-provider':
      return login(context, provider)
    case 'callback':
      return finishSignIn(context, provider)
    case 'session':
      return showSession(context)
    case 'verify':
      return verify(context)
    case 'sessions':
      return method === 'POST' ? changeSessions(context) : listSessions(context)
    case 'signed-out':
      return showSignedOut(context)
    case 'backchannel-logout':
      return backchannelLogout(context, provider)
    case 'frontchannel-logout':
      return frontchannelLogout(context, provider)
    case 'logout':
      return method === 'POST' ? signOut(context) : confirmSignOut(context)
  }
}

/** The only catch-all: what is not ours becomes `internal_error`, and nothing of it is shown. */
function failed(thrown: unknown, context: EndpointContext, match: RouteMatch | undefined): Reply {
  const { services, request, reference } = context
  const { config, emit } = services
  const error = thrown instanceof GatewayError ? thrown : new GatewayError('internal_error')
  if (error === thrown) emit({ type: 'request_refused', code: error.code, reference })
  else
    emit({ type: 'failed', code: error.code, error: thrown instanceof Error ? thrown.name : typeof thrown, reference })
  return failureReply(error, request, {
    pages: config.pages,
    home: config.defaultReturnTo,
    reference,
    action: signInAgain(context, match),
  })
}

/** The button on the page of a sign-in that failed: it leads where that one was going. */
function signInAgain(context: EndpointContext, match: RouteMatch | undefined): FailureContext['action'] {
  if (match?.route.name !== 'callback' && match?.route.name !== 'login-provider') return undefined
  const { basePath, providers } = context.services.config
  const known = match.provider !== undefined && providers.has(match.provider) ? match.provider : undefined
  const returnTo = safePath(single(new URLSearchParams(context.query), 'return_to'), returnRule(context))
  return { label: 'Sign in again', href: loginPath(basePath, known, { return_to: returnTo }) }
}
