import { GatewayError } from '../error.ts'
import { isLoopback } from '../http/loopback.ts'
import type { Provider } from '../provider/provider.ts'
import { type Answer, readAnswer, type SentAnswer } from './answer.ts'
import { errorCodeOf } from './error-code.ts'

/** A provider, the way to it, and the time: what every step of the protocol is given. */
export interface Connection<P extends Provider = Provider> {
  readonly provider: P
  readonly call: Call
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * One request to a provider. Resolves with any status but a redirect. Rejects with `provider_timeout`,
 * `provider_unreachable`, or `provider_response_invalid` for a redirect, an address that is not https, and a body
 * above 1 MiB.
 */
export type Call = (url: string, request?: CallRequest) => Promise<Answer>

/**
 * The way to a provider that calls take: `fetch`, or what an adapter lends in its place. It follows no redirect,
 * repeats nothing, and rejects when `signal` aborts, also while the body is read.
 */
export type Send = (url: string, request: SendRequest) => Promise<SentAnswer>

export interface SendRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

export interface CallRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | URLSearchParams
}

/**
 * The one way out to a provider: https, no redirect followed, one deadline for headers and body together, and a
 * cap on the body that is counted after decompression. Nothing is ever sent twice.
 */
export function createCall(provider: Provider, send: Send): Call {
  return async (url, request = {}) => {
    if (!isPermitted(url, provider)) {
      throw unusable(provider, undefined, 'Nothing was sent: an address of the provider is not https.')
    }
    const exchange = new AbortController()
    const deadline = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => deadline.reject(new GatewayError('provider_timeout', { provider: provider.id })),
      provider.timeout * 1000,
    )
    try {
      const sent = send(url, { ...written(request), redirect: 'manual', signal: exchange.signal })
      // It passes also where whoever sends does not heed the signal.
      return await Promise.race([receive(sent, provider), deadline.promise])
    } catch (error) {
      exchange.abort()
      throw error instanceof GatewayError ? error : unreachable(provider, error)
    } finally {
      clearTimeout(timer)
    }
  }
}

async function receive(sent: Promise<SentAnswer>, provider: Provider): Promise<Answer> {
  const response = await sent
  if (isRedirect(response)) {
    throw unusable(provider, response.status, 'The provider answered with a redirect, and none is followed.')
  }
  const answer = await readAnswer(response)
  if (answer === undefined) throw unusable(provider, response.status, 'The answer is larger than 1 MiB.')
  return answer
}

function written({
  method = 'GET',
  headers = {},
  body,
}: CallRequest): Pick<SendRequest, 'method' | 'headers' | 'body'> {
  if (!(body instanceof URLSearchParams)) return { method, headers, body: body ?? null }
  return { method, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body: body.toString() }
}

// What is outside visible ASCII, `URL` would mend and a header would choke on.
const ADDRESS = /^[\x21-\x7e]+$/

/** Whether a code, a secret or a token may be sent to this address. */
export function isPermitted(address: string, { loopback }: Pick<Provider, 'loopback'>): boolean {
  const url = ADDRESS.test(address) ? URL.parse(address) : null
  if (url === null || url.username !== '' || url.password !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback && isLoopback(url.hostname))
}

// Failures to connect: nothing was sent.
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Whether the request may have arrived although no answer did. */
export function mayHaveArrived({ code, cause }: GatewayError): boolean {
  if (code === 'provider_timeout') return true
  return code === 'provider_unreachable' && !(cause instanceof Error && NEVER_SENT.has(cause.message))
}

function unusable(provider: Provider, providerStatus: number | undefined, advice: string): GatewayError {
  return new GatewayError('provider_response_invalid', { provider: provider.id, providerStatus, advice })
}

function unreachable(provider: Provider, error: unknown): GatewayError {
  const code = errorCodeOf(error)
  return new GatewayError('provider_unreachable', {
    provider: provider.id,
    cause: code === undefined ? undefined : new Error(code),
  })
}

/** `opaqueredirect` and `redirected` are what implementations of fetch other than Node's say. */
function isRedirect({ status, type, redirected }: SentAnswer): boolean {
  return (status >= 300 && status < 400) || type === 'opaqueredirect' || redirected === true
}
