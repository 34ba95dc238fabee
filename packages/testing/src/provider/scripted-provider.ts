import type { JWK } from 'jose'
import type { HttpAnswer } from '../server/answer.ts'
import { type RecordedRequest, recordRequest } from '../server/recorded-request.ts'
import { orRefuse } from '../server/refusal.ts'
import { startServer } from '../server/start-server.ts'
import { authorization } from './authorization.ts'
import { createClients, type ScriptedClient, type ScriptedClientRegistration } from './client.ts'
import { discovery, jwks } from './discovery.ts'
import { endSession } from './end-session.ts'
import { type Endpoint, endpointAt, endpointPaths } from './endpoint.ts'
import { createGrants } from './grant.ts'
import { createKeys } from './key.ts'
import { type LogoutTokenOptions, makeLogoutToken } from './logout-token.ts'
import { overridden } from './override.ts'
import { createPushedRequests, pushedAuthorizationRequest } from './pushed-request.ts'
import { revocation } from './revocation.ts'
import { type ProviderScript, WELL_BEHAVED } from './script.ts'
import type { Service } from './service.ts'
import { token } from './token.ts'
import { userinfo } from './userinfo.ts'

export interface ScriptedProviderOptions extends Partial<ProviderScript> {
  /** Default: any free port. */
  readonly port?: number | undefined
  /** Host name in the provider's own URLs. A browser calls two hosts different sites, two ports never. Default `127.0.0.1`. */
  readonly hostname?: '127.0.0.1' | 'localhost' | undefined
  /** Path of the issuer, such as `/realms/one`. Default none. */
  readonly issuerPath?: string | undefined
  /** Applications that are registered from the start. */
  readonly clients?: readonly ScriptedClientRegistration[] | undefined
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

export interface ScriptedProvider {
  readonly origin: string
  readonly issuer: string
  /** URL of every endpoint. */
  readonly endpoints: Readonly<Record<Endpoint, string>>
  readonly clients: readonly ScriptedClient[]
  register(registration: ScriptedClientRegistration): ScriptedClient
  /** How it behaves now. */
  readonly script: ProviderScript
  /** Changes how it behaves, from the next request on. Each member given replaces the former one whole. */
  change(changes: Partial<ProviderScript>): void
  /** Behaves as it did at the start. */
  restore(): void
  /** From now on new keys sign. */
  rotateKeys(old?: 'keep-old' | 'drop-old'): Promise<void>
  /** Public keys, as the key set holds them now. */
  readonly publishedKeys: readonly JWK[]
  /** A logout token for the back channel: yours to post. */
  logoutToken(options: LogoutTokenOptions): Promise<string>
  /** Everything received so far, oldest first. */
  readonly requests: readonly RecordedRequest<Endpoint>[]
  requestsTo(endpoint: Endpoint): readonly RecordedRequest<Endpoint>[]
  /** Refuses connections until `resume()`. */
  pause(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}

/**
 * A provider that speaks OAuth 2.0 and OpenID Connect correctly, until the script tells it to do one thing wrong.
 * Everybody is signed in there and agrees to everything. It listens on 127.0.0.1 only.
 */
export async function startScriptedProvider(options: ScriptedProviderOptions = {}): Promise<ScriptedProvider> {
  const { port, hostname, issuerPath = '', clients: registrations, now = Date.now, ...changes } = options
  const initial: ProviderScript = { ...WELL_BEHAVED, ...changes }
  let script = initial
  const clients = createClients(registrations)
  const grants = createGrants(now)
  const keys = createKeys()
  const pushed = createPushedRequests(now)
  const usedAssertions = new Set<string>()
  const requests: RecordedRequest<Endpoint>[] = []
  await keys.active(script.idToken.algorithm ?? 'RS256')

  const server = await startServer({
    port,
    hostname,
    answer: async (message, origin) => {
      const request = await recordRequest(message, (path) => endpointAt(path, issuerPath), now)
      requests.push(request)
      const { endpoint } = request
      if (endpoint === 'unknown') return { status: 404 }
      const service = serviceAt(origin)
      const right = (): Promise<HttpAnswer> => orRefuse(() => ANSWERS[endpoint](request, service))
      return overridden(script.endpoints[endpoint], request, right)
    },
  })

  return {
    origin: server.origin,
    issuer: server.origin + issuerPath,
    endpoints: serviceAt(server.origin).endpoints,
    get clients() {
      return clients.all
    },
    register: clients.register,
    get script() {
      return script
    },
    change(next) {
      script = { ...script, ...next }
    },
    restore() {
      script = initial
    },
    rotateKeys: keys.rotate,
    get publishedKeys() {
      return keys.published()
    },
    logoutToken: (wanted) => makeLogoutToken(wanted, serviceAt(server.origin)),
    requests,
    requestsTo: (endpoint) => requests.filter((request) => request.endpoint === endpoint),
    pause: server.pause,
    resume: server.resume,
    close: server.close,
  }

  function serviceAt(origin: string): Service {
    const issuer = origin + issuerPath
    const paths = endpointPaths(issuerPath)
    return {
      issuer,
      endpoints: {
        discovery: origin + paths.discovery,
        jwks: origin + paths.jwks,
        authorization: origin + paths.authorization,
        pushedAuthorizationRequest: origin + paths.pushedAuthorizationRequest,
        token: origin + paths.token,
        userinfo: origin + paths.userinfo,
        revocation: origin + paths.revocation,
        endSession: origin + paths.endSession,
      },
      clients,
      assertions: { issuer, now, used: usedAssertions },
      grants,
      keys,
      pushed,
      script,
      now,
    }
  }
}

const ANSWERS: Readonly<
  Record<Endpoint, (request: RecordedRequest, service: Service) => HttpAnswer | Promise<HttpAnswer>>
> = {
  discovery: (_request, service) => discovery(service),
  jwks: (_request, service) => jwks(service),
  authorization,
  pushedAuthorizationRequest,
  token,
  userinfo,
  revocation,
  endSession,
}
