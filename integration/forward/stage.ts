import type { RequestListener } from 'node:http'
import {
  createGateway,
  defineProvider,
  type Gateway,
  type GatewayEvent,
  type GatewayOptions,
  insecureLoopback,
  type ProxyOptions,
} from '@postern/core'
import { onTestFinished } from 'vitest'
import { signInAt } from '../sign-in.ts'
import { exchange, type RawResponse } from './raw-client.ts'
import { ADAPTERS, type RunningApp, startTarget, type Target } from './servers.ts'

/** Where browsers believe the application to be. */
export const ORIGIN = 'https://app.example'
export const PREFIX = '/api/castle'

/** Header lines of a script of our own pages. */
export const SAME_ORIGIN = 'Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nAccept: */*\r\n'

export interface StageOptions {
  readonly proxy?: Partial<ProxyOptions>
  readonly gateway?: Partial<Omit<GatewayOptions, 'providers' | 'proxy' | 'signInWith'>>
  /** Base path of the target. Default `/v1`. */
  readonly basePath?: string
  /** Where requests go instead of to the target. */
  readonly origin?: string
  /** Seconds an access token lives. Default an hour. */
  readonly tokenLifetime?: number
  /** Where another provider, `moat`, has an API, forwarded to under `/api/moat`. Nobody signs in with it. */
  readonly moat?: string
  /** Who answers with failures. Node's own handler knows only the default, `render`. */
  readonly failures?: 'render' | 'throw'
  /** Whether there is anything to renew a token with. Default yes. */
  readonly renewable?: boolean
}

export interface Stage {
  readonly app: RunningApp
  readonly target: Target
  readonly gateway: Gateway
  readonly events: readonly GatewayEvent[]
  /** `Cookie: …` line of a browser in which ann is signed in. */
  readonly cookie: string
  /** How often a token was asked for, by grant type. */
  readonly tokenRequests: readonly string[]
  /** Makes the token endpoint refuse, from now on. */
  refuseTokens(): void
  /** Sends a request of ann's, from a page of ours. `extra` are more header lines, each ending in CR LF. */
  send(method: string, target: string, extra?: string, body?: string): Promise<RawResponse>
  /** The head of such a request, for tests that send the rest themselves. */
  head(method: string, target: string, extra?: string): string
}

/** A gateway that forwards `/api/castle`, with providers that exist in this process only. */
export function createForwardingGateway(
  options: StageOptions & { readonly origin: string },
  changes: Partial<Pick<GatewayOptions, 'fetch' | 'onEvent'>> = {},
): Gateway {
  const { origin, moat = 'https://api.moat.example' } = options
  return createGateway({
    origin: ORIGIN,
    secrets: ['w8Zt3Yw0uN5sKbV1xJ7mDfRcGhL2eAoP4iCyT6Bb'],
    processes: 1,
    fetch: async () => Response.json({ access_token: 'token-1', token_type: 'bearer', expires_in: 3600 }),
    ...changes,
    ...options.gateway,
    providers: [provider('castle', origin), provider('moat', moat)],
    proxy: {
      [PREFIX]: { target: `${origin}${options.basePath ?? '/v1'}`, provider: 'castle', ...options.proxy },
      '/api/moat': { target: moat, provider: 'moat' },
    },
  })
}

function provider(id: string, api: string) {
  return defineProvider({
    id,
    protocol: 'oauth2',
    name: id,
    clientId: 'forwarding',
    clientAuthentication: { method: 'client_secret_post', clientSecret: 'kept in this process' },
    endpoints: { authorization: `https://${id}.example/authorize`, token: `https://${id}.example/token` },
    apiOrigins: [api],
    loopback: insecureLoopback,
    capabilities: { refresh: true, rotation: true },
    identify: async () => ({ id: 'ann', name: 'Ann' }),
  })
}

/** A running application whose gateway forwards `/api/castle` to a target. Everything ends with the test. */
export async function openStage(
  adapter: string,
  listener: RequestListener,
  options: StageOptions = {},
): Promise<Stage> {
  const start = ADAPTERS[adapter]
  if (start === undefined) throw new Error(`no adapter ${adapter}`)
  const target = await startTarget(listener)
  const events: GatewayEvent[] = []
  const tokenRequests: string[] = []
  let refuses = false
  const tokenEndpoint: typeof fetch = async (_input, init) => {
    const form = new URLSearchParams(String(init?.body))
    tokenRequests.push(form.get('grant_type') ?? '')
    if (refuses) return Response.json({ error: 'invalid_grant' }, { status: 400 })
    return Response.json({
      access_token: `token-${tokenRequests.length}`,
      token_type: 'bearer',
      expires_in: options.tokenLifetime ?? 3600,
      ...(options.renewable === false ? {} : { refresh_token: `refresh-${tokenRequests.length}` }),
    })
  }
  const gateway = createForwardingGateway(
    { ...options, origin: options.origin ?? target.origin },
    { fetch: tokenEndpoint, onEvent: (event) => events.push(event) },
  )
  const cookie = `Cookie: ${await signIn(gateway)}\r\n`
  const app = await start(gateway, options.failures)
  onTestFinished(async () => {
    await Promise.all([app.close(), target.close()])
  })
  const head: Stage['head'] = (method, path, extra = SAME_ORIGIN) =>
    `${method} ${path} HTTP/1.1\r\nHost: app.example\r\n${cookie}${extra}`
  return {
    app,
    target,
    gateway,
    events,
    cookie,
    tokenRequests,
    refuseTokens() {
      refuses = true
    },
    head,
    send(method, path, extra = '', body) {
      const length = body === undefined ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`
      const lines = `${SAME_ORIGIN}Connection: close\r\n${extra}${length}\r\n${body ?? ''}`
      return exchange(app.port, head(method, path, lines))
    },
  }
}

/** Signs ann in without a server, or whom the code says: what a browser then sends as `Cookie`. */
export function signIn(gateway: Gateway, code = 'ann'): Promise<string> {
  return signInAt(gateway, 'castle', code)
}
