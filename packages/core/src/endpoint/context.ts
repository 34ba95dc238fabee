import { GatewayError } from '../error.ts'
import type { Services } from '../flow/services.ts'
import type { Reply } from '../http/decision.ts'
import type { PageModel } from '../http/page/model.ts'
import { renderPage } from '../http/page/render.ts'
import { type GatewayRequest, headerValue } from '../http/request.ts'
import type { ReturnToRule } from '../http/return-to.ts'
import type { ProviderClient } from '../protocol/protocol.ts'
import type { Provider } from '../provider/provider.ts'

/** What an endpoint is given besides the gateway's services: one request, understood as far as its route. */
export interface EndpointContext {
  readonly request: GatewayRequest
  /** Raw query of the target. */
  readonly query: string
  /** Correlation id: in every event and on every error page of this request. */
  readonly reference: string
  readonly cookieHeader: string | undefined
  readonly services: Services
}

export function createContext(
  request: GatewayRequest,
  query: string,
  reference: string,
  services: Services,
): EndpointContext {
  return { request, query, reference, cookieHeader: headerValue(request.headers, 'cookie'), services }
}

/** The provider a path names. Throws `provider_unknown`. */
export function providerNamed(id: string | undefined, { config }: Services): Provider {
  const provider = id === undefined ? undefined : config.providers.get(id)
  if (provider === undefined) throw new GatewayError('provider_unknown')
  return provider
}

/** The value of a query parameter that was sent exactly once. */
export function single(parameters: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = parameters.getAll(name)
  return more.length === 0 ? value : undefined
}

/** What return targets are checked against. */
export function returnRule({ services: { config } }: EndpointContext): ReturnToRule {
  return {
    origin: config.origin,
    basePath: config.basePath,
    otherPaths: config.callbackPaths.map(({ path }) => path),
    fallback: config.defaultReturnTo,
  }
}

/** A page of the gateway, as the application may have replaced it. */
export function pageReply({ services: { config } }: EndpointContext, model: PageModel): Reply {
  const { body, headers } = renderPage(model, config.pages)
  return { type: 'reply', status: 200, headers, cookies: [], body }
}

export function clientOf({ clients }: Services, { id }: Provider): ProviderClient {
  const client = clients.get(id)
  if (client === undefined) throw new GatewayError('provider_unknown')
  return client
}

export function redirectUriOf({ services }: EndpointContext, { id }: Provider): string {
  const uri = services.config.redirectUris[id]
  if (uri === undefined) throw new GatewayError('provider_unknown')
  return uri
}
