import type { Answer, HttpAnswer } from '../server/answer.ts'
import { type RecordedRequest, recordRequest } from '../server/recorded-request.ts'
import { orRefuse } from '../server/refusal.ts'
import { startServer } from '../server/start-server.ts'
import { createTokens } from './access-token.ts'
import { authorize } from './authorize.ts'
import { type AniListClient, type ClientRegistration, createClients } from './client.ts'
import { createCodes } from './code.ts'
import { type AniListEndpoint, endpointOf } from './endpoint.ts'
import { ENGINES } from './engine.ts'
import { createFaults, type Faults, faultAnswer } from './fault.ts'
import { graphqlEndpoint } from './graphql/endpoint.ts'
import type { StandInAniListOptions } from './options.ts'
import { createRateLimit } from './rate-limit.ts'
import type { Service } from './service.ts'
import { siteEndpoint } from './site.ts'
import { tokenEndpoint } from './token-endpoint.ts'
import { type AniListUser, USERS } from './user.ts'

export interface StandInAniList {
  readonly origin: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly graphqlEndpoint: string
  readonly users: readonly AniListUser[]
  /** Registers an application: its redirect URIs are compared byte for byte. */
  register(registration: ClientRegistration): AniListClient
  readonly clients: readonly AniListClient[]
  /** Ways to fail, switched on and off while it runs. */
  readonly faults: Faults
  /** Everything received so far, oldest first. */
  readonly requests: readonly RecordedRequest<AniListEndpoint>[]
  requestsTo(endpoint: AniListEndpoint): readonly RecordedRequest<AniListEndpoint>[]
  /** Makes every token invalid, as when people remove the application from their settings. */
  revokeTokens(): void
  /** Refuses connections until `resume()`. */
  pause(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}

const ONE_YEAR = 31_536_000

/**
 * AniList on this computer: the authorization server, a consent page for people, and enough of the GraphQL API
 * to show who signed in and what they watch. It listens on 127.0.0.1 only and needs no registration anywhere.
 */
export async function startStandInAniList(options: StandInAniListOptions = {}): Promise<StandInAniList> {
  const { now = Date.now, users = USERS } = options
  const engine = ENGINES[options.engine ?? 'league-7']
  const clients = createClients(options.clients)
  const tokens = await createTokens({
    engine,
    now,
    lifetime: options.accessTokenLifetime ?? ONE_YEAR,
    refreshToken: options.refreshToken ?? 'none',
    modulusLength: options.modulusLength ?? 2048,
  })
  const codes = createCodes(now)
  const faults = createFaults()
  const rateLimit = createRateLimit(options.rateLimit ?? 90, now)
  const requests: RecordedRequest<AniListEndpoint>[] = []

  const server = await startServer({
    port: options.port,
    hostname: options.hostname,
    answer: async (message, origin) => {
      const request = await recordRequest(message, (path) => endpointOf(message.method, path), now)
      requests.push(request)
      return answer(request, {
        origin,
        engine,
        clients,
        users,
        codes,
        tokens,
        denial: options.denial ?? 'with-state',
        approveAs: options.approveAs,
        referer: options.referer ?? 'required',
      })
    },
  })

  return {
    origin: server.origin,
    authorizationEndpoint: `${server.origin}/api/v2/oauth/authorize`,
    tokenEndpoint: `${server.origin}/api/v2/oauth/token`,
    graphqlEndpoint: `${server.origin}/`,
    users,
    register: clients.register,
    get clients() {
      return clients.all
    },
    faults,
    requests,
    requestsTo: (endpoint) => requests.filter((request) => request.endpoint === endpoint),
    revokeTokens: tokens.revokeAll,
    pause: server.pause,
    resume: server.resume,
    close: server.close,
  }

  function answer(request: RecordedRequest<AniListEndpoint>, service: Service): Promise<Answer> {
    const well = (): Promise<HttpAnswer> => orRefuse(() => answerWell(request, service))
    if (request.endpoint === 'site' || request.endpoint === 'unknown') return well()
    const fault = faults.next(request.endpoint)
    return fault === undefined ? well() : faultAnswer(fault, now, well)
  }

  function answerWell(request: RecordedRequest<AniListEndpoint>, service: Service): HttpAnswer | Promise<HttpAnswer> {
    switch (request.endpoint) {
      case 'authorize':
        return authorize(request, service)
      case 'token':
        return tokenEndpoint(request, service)
      case 'graphql':
        return graphqlEndpoint(request, service, rateLimit)
      case 'site':
      case 'unknown':
        return siteEndpoint(request, service)
    }
  }
}
