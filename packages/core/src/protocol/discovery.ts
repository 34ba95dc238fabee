import { GatewayError } from '../error.ts'
import type { OidcProvider } from '../provider/provider.ts'
import { readMetadata } from './metadata.ts'
import { fetchDocument } from './published-document.ts'
import type { Server } from './server.ts'
import type { Connection } from './transport.ts'

const MAX_AGE = 60 * 60_000
const FIRST_PAUSE = 1_000
// Decision 15: a back-off lets a probe through after at most this long.
const LONGEST_PAUSE = 5_000

interface Failure {
  readonly error: GatewayError
  readonly pause: number
  readonly at: number
}

/**
 * The server behind an issuer, discovered when it is first needed and again after an hour; while that fails, what
 * is known goes on serving. One request at a time, and after a failure a pause in which callers are told at once
 * when to come back. Rejects with `provider_unreachable`, `provider_timeout` or `provider_unavailable`, all with
 * `retryAfter`.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 */
export function createDiscovery(connection: Connection<OidcProvider>): () => Server | Promise<Server> {
  const { provider, now } = connection
  if (provider.issuer.includes('/.well-known/')) {
    throw new GatewayError('config_invalid', {
      provider: provider.id,
      advice: 'issuer must end before /.well-known/: that part is added.',
    })
  }
  let found: { readonly server: Server; readonly at: number } | undefined
  let failure: Failure | undefined
  let flight: Promise<Server> | undefined

  const discover = async (): Promise<Server> => {
    try {
      const server = await fetchServer(connection)
      found = { server, at: now() }
      failure = undefined
      return server
    } catch (error) {
      const pause = Math.min(failure === undefined ? FIRST_PAUSE : failure.pause * 2, LONGEST_PAUSE)
      failure = { error: asGatewayError(error), pause, at: now() }
      throw again(failure, pause)
    } finally {
      flight = undefined
    }
  }

  return () => {
    // By its amount: a clock that was set back must neither keep callers out nor make what is known last longer.
    const since = (at: number): number => Math.abs(now() - at)
    if (found !== undefined && since(found.at) < MAX_AGE) return found.server
    const pause = failure === undefined ? 0 : failure.pause - since(failure.at)
    if (failure !== undefined && pause > 0) return found?.server ?? Promise.reject(again(failure, pause))
    flight ??= discover()
    if (found === undefined) return flight
    // Nobody waits for news of a server that is known; a failure is kept for the next attempt.
    flight.catch(() => undefined)
    return found.server
  }
}

async function fetchServer(connection: Connection<OidcProvider>): Promise<Server> {
  const url = `${connection.provider.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const remedy = 'Configure the issuer so that this address itself serves the metadata.'
  const metadata = await fetchDocument(url, { name: url, remedy }, connection)
  return readMetadata(metadata, connection.provider)
}

function asGatewayError(error: unknown): GatewayError {
  return error instanceof GatewayError ? error : new GatewayError('internal_error')
}

/** The failure, for another caller, with the seconds that are left. */
function again({ error }: Failure, pause: number): GatewayError {
  const { code, provider, providerStatus, advice, cause } = error
  return new GatewayError(code, {
    provider,
    providerStatus,
    advice,
    retryAfter: Math.ceil(pause / 1000),
    cause: cause instanceof Error ? cause : undefined,
  })
}
