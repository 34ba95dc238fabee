import { createGateway, type GatewayEvent, type GatewayOptions, insecureLoopback } from '@postern/core'
import { oidc } from '@postern/providers/oidc'
import { type Browser, createBrowser, type Page, type ScriptedProvider, startScriptedProvider } from '@postern/testing'
import { onTestFinished } from 'vitest'
import { ADAPTERS, type RunningApp, startApp } from '../apps.ts'
import { CLIENT_SECRET, ORIGIN } from '../stage.ts'

/** What processes are restarted with. */
export type Settings = Pick<GatewayOptions, 'secrets' | 'session'> & {
  /** Each process has its own way to the store. Absent: sessions in cookies. */
  readonly openStore?: (() => NonNullable<GatewayOptions['store']>) | undefined
}

/** An application that runs in several processes: each has a place, and is restarted there. */
export interface Deployment {
  readonly provider: ScriptedProvider
  readonly events: readonly GatewayEvent[]
  /** Lets time pass for the application, the provider and the browsers. */
  advance(milliseconds: number): void
  /** Ends the process of a place in good order, and starts another there. */
  restart(place: number, settings: Settings): Promise<void>
  /** A person at a browser, who is served by the process at this place. */
  newUser(place: number): User
}

export interface User {
  readonly browser: Browser
  /** Whom they sign in as. */
  readonly subject: string
  /** From now on the process at another place serves them. */
  move(place: number): void
  /** One at a time, where it matters as whom: the provider knows one person at a time. */
  signIn(): Promise<Page>
  /** Goes as far as the answer of the provider, and brings it when asked to. */
  beginSignIn(): Promise<() => Promise<Page>>
  signOut(): Promise<Page>
  /** Asks for what only members see. */
  visit(): Promise<Page>
  /** Asks for a page that needs the access token. */
  useToken(): Promise<Page>
}

// Seconds.
export const TOKEN_LIFETIME = 600

/** Starts processes, one for each place: they take turns in the frameworks they use. */
export async function deploy(places: number, settings: Settings): Promise<Deployment> {
  let ahead = 0
  const now = (): number => Date.now() + ahead
  const events: GatewayEvent[] = []
  const provider = await startScriptedProvider({ hostname: 'localhost', accessTokenLifetime: TOKEN_LIFETIME, now })
  onTestFinished(() => provider.close())
  provider.register({
    id: 'switch',
    authentication: { method: 'client_secret_post', secret: CLIENT_SECRET },
    redirectUris: [`${ORIGIN}/auth/callback/idp`],
  })

  const start = ({ openStore, ...options }: Settings, place: number): Promise<RunningApp> => {
    const idp = oidc({
      id: 'idp',
      issuer: provider.issuer,
      clientId: 'switch',
      clientSecret: CLIENT_SECRET,
      capabilities: { rotation: true },
      loopback: insecureLoopback,
      timeout: 2,
    })
    const store = openStore?.()
    const gateway = createGateway({
      origin: ORIGIN,
      providers: [idp],
      onEvent: (event) => events.push(event),
      now,
      ...options,
      ...(store === undefined ? {} : { store }),
    })
    return startApp(ADAPTERS[place % ADAPTERS.length] ?? 'fastify', gateway)
  }

  const running = await Promise.all(Array.from({ length: places }, (_, place) => start(settings, place)))
  onTestFinished(() => Promise.all(running.map((app) => app.close())).then(() => undefined))
  let users = 0

  const newUser = (place: number): User => {
    users += 1
    const subject = `user-${users}`
    let at = place
    const hosts = {
      get [ORIGIN](): string {
        return running[at]?.address ?? ''
      },
    }
    const browser = createBrowser({ origin: ORIGIN, hosts, now })
    return {
      browser,
      subject,
      move(next) {
        at = next
      },
      signIn() {
        provider.change({ user: { sub: subject } })
        return browser.navigate('/auth/login/idp?return_to=/one')
      },
      async beginSignIn() {
        const login = await browser.navigate('/auth/login/idp?return_to=/one', { redirects: 'manual' })
        provider.change({ user: { sub: subject } })
        const answer = await login.follow({ redirects: 'manual' })
        const callback = answer.location ?? ''
        return () => browser.navigate(callback, { from: provider.origin, redirects: 'manual' })
      },
      signOut: () => browser.fetch('/auth/logout', { method: 'POST', from: ORIGIN }),
      visit: () => browser.fetch('/members', { from: ORIGIN }),
      useToken: () => browser.fetch('/token', { from: ORIGIN }),
    }
  }

  return {
    provider,
    events,
    advance(milliseconds) {
      ahead += milliseconds
    },
    async restart(place, next) {
      await running[place]?.close()
      running[place] = await start(next, place)
    },
    newUser,
  }
}

/** Refresh tokens that were presented more than once. */
export function presentedTwice({ provider }: Deployment): readonly string[] {
  const presented = provider.requestsTo('token').flatMap(({ form }) => form.get('refresh_token') ?? [])
  return presented.filter((token, index) => presented.indexOf(token) !== index)
}
