import type { Gateway } from '../src/contract.ts'
import type { GatewayEvent } from '../src/event.ts'
import { createGateway } from '../src/gateway.ts'
import type { GatewayOptions } from '../src/options.ts'
import { memoryStore } from '../src/store/memory.ts'
import type { Store } from '../src/store/store.ts'
import { createBrowser } from './browser.ts'
import { stoppedClock } from './cookies.ts'
import { json, type LocalServer, startServer } from './local-server.ts'
import { oauth2Provider } from './provider-definition.ts'
import { type RotatingTokens, rotatingTokens } from './rotating-tokens.ts'
import { NEWEST } from './secrets.ts'
import { START } from './session.ts'

/** Seconds the provider of these tests may take: a lease lasts five more. */
export const TIMEOUT = 0.4

/** Gateways that share a store, as several processes of one application do, and their provider. */
export interface Processes {
  readonly store: Store
  readonly server: LocalServer
  readonly tokens: RotatingTokens
  readonly now: ReturnType<typeof stoppedClock>
  readonly events: readonly GatewayEvent[]
  /** Another process. `through` is its way to the store, where that is not as good as it should be. */
  start(through?: (store: Store) => Store, options?: Partial<GatewayOptions>): Gateway
  /** Cookies of a browser that has signed in. */
  signedIn(gateway: Gateway): Promise<string>
  close(): Promise<void>
}

export async function startProcesses(): Promise<Processes> {
  const server = await startServer()
  const now = stoppedClock(START)
  const store = memoryStore({ now })
  const tokens = rotatingTokens()
  const events: GatewayEvent[] = []
  const gateways: Gateway[] = []
  server.on('/token', tokens.respond)
  server.on('/revoke', json(200, {}))

  return {
    store,
    server,
    tokens,
    now,
    events,
    start(through = (same) => same, options = {}) {
      const capabilities = {
        refresh: true,
        rotation: true,
        revocation: true,
        endSession: false,
        idToken: false,
        pkce: true,
      }
      const gateway = createGateway({
        origin: 'https://app.example',
        secrets: [NEWEST],
        providers: [oauth2Provider(server.origin, { id: 'a', timeout: TIMEOUT, capabilities })],
        store: through(store),
        onEvent: (event) => events.push(event),
        now,
        ...options,
      })
      gateways.push(gateway)
      return gateway
    },
    async signedIn(gateway) {
      const browser = createBrowser(gateway)
      const authorization = await browser.goToProvider()
      const state = authorization.searchParams.get('state') ?? ''
      await browser.open(`/auth/callback/a?${new URLSearchParams({ code: 'code', state })}`)
      if (browser.cookies === undefined) throw new Error('nobody was signed in')
      return browser.cookies
    },
    async close() {
      await Promise.all(gateways.map((gateway) => gateway.close()))
      await server.close()
    },
  }
}

/** A store whose operations go through `hook` first: it may let them wait, or fail. */
export function hooked(store: Store, hook: (operation: keyof Store) => unknown): Store {
  const entries = Object.entries(store).map(([name, run]) => [
    name,
    async (...args: readonly unknown[]) => {
      // The entries of a store are its operations.
      await hook(name as keyof Store)
      return (run as (...args: readonly unknown[]) => unknown)(...args)
    },
  ])
  return Object.fromEntries(entries) as Store
}

/** Something that stops at a point until it is let go. */
export interface Barrier {
  /** Resolves when somebody has come to the point. */
  readonly reached: Promise<void>
  stop(): Promise<void>
  open(): void
}

export function barrier(): Barrier {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  return {
    reached,
    stop() {
      reach()
      return opened
    },
    open,
  }
}
