import {
  type ClientAuthentication,
  createGateway,
  type Gateway,
  type GatewayEvent,
  type GatewayOptions,
  insecureLoopback,
  type Provider,
} from '@postern/core'
import { anilist } from '@postern/providers/anilist'
import { type OidcOptions, oidc } from '@postern/providers/oidc'
import {
  type Browser,
  createBrowser,
  type Endpoint,
  type Listener,
  type Page,
  type RecordedRequest,
  type ScriptedProvider,
  type StandInAniList,
  startListener,
  startScriptedProvider,
  startStandInAniList,
} from '@postern/testing'
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest'
import { type Adapter, type Guarding, type RunningApp, startApp } from './apps.ts'

/** Where browsers believe the application to be: cookies are `Secure` and `__Host-`, as in production. */
export const ORIGIN = 'https://app.example'
export const SESSION = '__Host-postern.session'
export const TRANSACTION = '__Host-postern.tx.'

export const SECRET = 'Zx8Qk2mR5tV7yB0dF3gH6jL9nP1sU4wA-of-these-tests'
export const CLIENT_SECRET = 'a-client-secret-that-only-the-provider-may-see'

/** Providers and listeners that the tests of one file share. Every test finds them as they were at the start. */
export interface Servers {
  readonly idp: ScriptedProvider
  /** Another provider, on another site. */
  readonly other: ScriptedProvider
  readonly aniList: StandInAniList
  /** Must never be contacted. */
  readonly evil: Listener
  /** What `idp`, or another, has received since the test began. */
  received(endpoint: Endpoint, from?: ScriptedProvider): readonly RecordedRequest[]
}

/** Starts the servers of a file, and stops them behind it. */
export function useServers(): Servers {
  let started: Omit<Servers, 'received'>
  let marks = new Map<ScriptedProvider, number>()
  beforeAll(async () => {
    const [idp, other, aniList, evil] = await Promise.all([
      startScriptedProvider({ hostname: 'localhost' }),
      startScriptedProvider({ hostname: '127.0.0.1' }),
      startStandInAniList({ hostname: 'localhost', approveAs: 'lanternfox', rateLimit: 10_000 }),
      startListener({ hostname: 'localhost' }),
    ])
    register(idp, 'idp')
    register(other, 'other')
    aniList.register({ id: 'rows', secret: CLIENT_SECRET, redirectUris: [`${ORIGIN}/auth/callback/anilist`] })
    started = { idp, other, aniList, evil }
  })
  beforeEach(() => {
    const { idp, other } = started
    restore(started)
    marks = new Map([idp, other].map((provider) => [provider, provider.requests.length]))
  })
  afterAll(async () => {
    const { idp, other, aniList, evil } = started
    await Promise.all([idp.close(), other.close(), aniList.close(), evil.close()])
  })
  return {
    get idp() {
      return started.idp
    },
    get other() {
      return started.other
    },
    get aniList() {
      return started.aniList
    },
    get evil() {
      return started.evil
    },
    received: (endpoint, from = started.idp) =>
      from.requests.slice(marks.get(from)).filter((request) => request.endpoint === endpoint),
  }
}

function restore({ idp, other, aniList }: Pick<Servers, 'idp' | 'other' | 'aniList'>): void {
  for (const provider of [idp, other]) provider.restore()
  aniList.faults.clear()
}

function register(provider: ScriptedProvider, id: string): void {
  provider.register({
    id: 'rows',
    authentication: { method: 'client_secret_post', secret: CLIENT_SECRET },
    redirectUris: [`${ORIGIN}/auth/callback/${id}`],
    postLogoutRedirectUris: [`${ORIGIN}/auth/signed-out`],
  })
}

type Changes = Partial<Omit<GatewayOptions, 'providers'>>

export interface StageOptions extends Changes {
  /** Facts of the provider `idp` that differ. */
  readonly facts?: IdpFacts | undefined
  /** Instead of `idp` alone. */
  readonly providers?: readonly Provider[] | undefined
  /** Default: the routes that say so. */
  readonly guarding?: Guarding | undefined
}

/** An application in one of the frameworks, its events, and browsers that can reach it. */
export interface Stage {
  readonly app: RunningApp
  readonly gateway: Gateway
  readonly events: readonly GatewayEvent[]
  /** A browser nobody has used yet. */
  newBrowser(options?: Parameters<typeof createBrowser>[0]): Browser
  readonly browser: Browser
}

/** Starts the application for one test. */
export async function openStage(adapter: Adapter, servers: Servers, options: StageOptions = {}): Promise<Stage> {
  const { facts, providers, guarding, ...changes } = options
  const events: GatewayEvent[] = []
  const gateway = createGateway({
    origin: ORIGIN,
    secrets: [SECRET],
    onEvent: (event) => events.push(event),
    ...changes,
    providers: providers ?? [idpOf(servers.idp, facts)],
  })
  const app = await startApp(adapter, gateway, guarding)
  onTestFinished(() => {
    // What is still to be revoked must not wait for a provider that was told to fail.
    restore(servers)
    return app.close()
  })
  const newBrowser: Stage['newBrowser'] = (more) =>
    createBrowser({ origin: ORIGIN, hosts: { [ORIGIN]: app.address }, ...more })
  return { app, gateway, events, newBrowser, browser: newBrowser() }
}

/** What a test may change about the scripted provider, as the application knows it. */
export type IdpFacts = Partial<Omit<OidcOptions, 'clientSecret' | 'clientAuthentication'>> & {
  readonly clientSecret?: string | undefined
  /** Instead of the secret. */
  readonly clientAuthentication?: ClientAuthentication | undefined
}

/** The scripted provider as this application knows it. */
export function idpOf(provider: ScriptedProvider, facts: IdpFacts = {}, id = 'idp') {
  const { clientSecret = CLIENT_SECRET, clientAuthentication, ...others } = facts
  return oidc({
    id,
    issuer: provider.issuer,
    clientId: 'rows',
    loopback: insecureLoopback,
    timeout: 2,
    ...others,
    clientAuthentication: clientAuthentication ?? { method: 'client_secret_post', clientSecret },
  })
}

/** The stand-in AniList as this application knows it. */
export function aniListOf(standIn: StandInAniList) {
  return anilist({
    clientId: 'rows',
    clientSecret: CLIENT_SECRET,
    loopback: insecureLoopback,
    timeout: 2,
    endpoints: {
      authorization: standIn.authorizationEndpoint,
      token: standIn.tokenEndpoint,
      userinfo: standIn.graphqlEndpoint,
    },
  })
}

/** Signs a browser in. The page it arrives at. */
export function signIn(browser: Pick<Browser, 'navigate'>, returnTo = '/one', provider = 'idp'): Promise<Page> {
  return browser.navigate(`/auth/login/${provider}?return_to=${encodeURIComponent(returnTo)}`)
}

/** Starts a sign-in. The redirect to the provider, not yet followed. */
export function startLogin(browser: Pick<Browser, 'navigate'>, query = '', provider = 'idp'): Promise<Page> {
  return browser.navigate(`/auth/login/${provider}${query}`, { redirects: 'manual' })
}

/** A sign-in whose answer is on its way: `url` is the callback, and `deliver` takes this browser there. */
export interface Pending {
  readonly url: string
  readonly state: string
  readonly code: string
  deliver(): Promise<Page>
}

/** Goes through the provider, and stops where it sends the browser back. */
export async function approve(start: Page): Promise<Pending> {
  const answer = await start.follow({ redirects: 'manual' })
  const url = answer.location ?? ''
  const { searchParams } = new URL(url)
  return {
    url,
    state: searchParams.get('state') ?? '',
    code: searchParams.get('code') ?? '',
    deliver: () => answer.follow({ redirects: 'manual' }),
  }
}

/** Starts a sign-in and stops just before the callback. */
export async function pendingLogin(browser: Pick<Browser, 'navigate'>, query = '', provider = 'idp'): Promise<Pending> {
  return approve(await startLogin(browser, query, provider))
}

/** Opens an address as the provider's redirect would: a cross-site navigation. */
export function arrive(browser: Pick<Browser, 'navigate'>, address: string): Promise<Page> {
  return browser.navigate(address, { from: 'http://localhost/authorize', redirects: 'manual' })
}

/** `url` with parameters replaced, or taken away when `undefined`. */
export function altered(url: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const result = new URL(url)
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) result.searchParams.delete(name)
    else result.searchParams.set(name, value)
  }
  return result.href
}
