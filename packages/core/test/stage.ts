import type { Gateway } from '../src/contract.ts'
import type { GatewayEvent } from '../src/event.ts'
import { createGateway } from '../src/gateway.ts'
import type { GatewayOptions } from '../src/options.ts'
import type { OAuth2Provider } from '../src/provider/provider.ts'
import { type Browser, createBrowser } from './browser.ts'
import { stoppedClock } from './cookies.ts'
import { json, type LocalServer, startServer } from './local-server.ts'
import { oauth2Provider } from './provider-definition.ts'
import { NEWEST } from './secrets.ts'
import { START } from './session.ts'

export const ORIGIN = 'https://app.example'
export const CODE = 'canary-code-0123456789'

/** What must never be seen but by whom it is for. */
export const CANARIES = ['canary-access-token', 'canary-refresh-token', CODE, 'canary-client-secret', NEWEST] as const

/** A gateway with two providers at one authorization server on 127.0.0.1. */
export interface Stage {
  readonly gateway: Gateway
  readonly server: LocalServer
  readonly events: readonly GatewayEvent[]
  readonly now: ReturnType<typeof stoppedClock>
  browser(cookies?: string): Browser
  /** Where the provider sends a browser that agreed: the address of the callback. */
  callbackFor(authorization: URL, answer?: Readonly<Record<string, string | undefined>>): string
  /** A browser that has signed in. */
  signedIn(target?: string): Promise<Browser>
  /** How many codes and refresh tokens were presented. */
  tokenRequests(): number
  close(): Promise<void>
}

export interface StageOptions {
  readonly gateway?: Partial<GatewayOptions>
  /** Facts of the first provider, `a`. */
  readonly provider?: Partial<OAuth2Provider>
}

export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const server = await startServer()
  const now = stoppedClock(START)
  const events: GatewayEvent[] = []
  const identify: OAuth2Provider['identify'] = async ({ accessToken, fetch }) => {
    const { json: profile } = await fetch(`${server.origin}/me`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    // The scripted profile is whatever the test says; the gateway checks its id.
    return profile as { id: string }
  }
  const facts = {
    identify,
    capabilities: {
      refresh: true,
      rotation: false,
      revocation: false,
      endSession: false,
      idToken: false,
      pkce: true,
    },
  }
  const gateway = createGateway({
    origin: ORIGIN,
    secrets: [NEWEST],
    providers: [
      oauth2Provider(server.origin, { ...facts, id: 'a', name: 'Provider A', ...options.provider }),
      oauth2Provider(server.origin, { ...facts, id: 'b', name: 'Provider B' }),
    ],
    processes: 1,
    onEvent: (event) => events.push(event),
    now,
    ...options.gateway,
  })
  server.on('/token', json(200, TOKENS))
  server.on('/me', json(200, { id: '42', name: 'Frieren' }))
  server.on('/revoke', json(200, {}))

  const browser: Stage['browser'] = (cookies) => createBrowser(gateway, cookies)
  const callbackFor: Stage['callbackFor'] = (authorization, answer = {}) => {
    const { pathname } = new URL(authorization.searchParams.get('redirect_uri') ?? '')
    const state = authorization.searchParams.get('state') ?? ''
    const parameters = Object.entries({ code: CODE, state, ...answer }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    )
    return `${pathname}?${new URLSearchParams(parameters)}`
  }

  return {
    gateway,
    server,
    events,
    now,
    browser,
    callbackFor,
    async signedIn(target) {
      const one = browser()
      await one.open(callbackFor(await one.goToProvider(target)))
      return one
    },
    tokenRequests: () => server.receivedAt('/token').length,
    async close() {
      await gateway.close()
      await server.close()
    },
  }
}

export const TOKENS = {
  access_token: 'canary-access-token',
  refresh_token: 'canary-refresh-token',
  token_type: 'Bearer',
  expires_in: 3_600,
  scope: 'read',
}

/** A response that waits until the test lets it go. */
export function held(answer: ReturnType<typeof json>): { readonly respond: ReturnType<typeof json>; release(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return {
    respond: async (response, received) => {
      await promise
      await answer(response, received)
    },
    release: resolve,
  }
}
