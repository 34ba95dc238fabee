import { randomUUID } from 'node:crypto'
import { insecureLoopback, memoryStore } from '@postern/core'
import { oidc } from '@postern/providers/oidc'
import { type Browser, createBrowser, type LogoutTokenOptions, type ScriptedProvider } from '@postern/testing'
import { expect } from 'vitest'
import { type AdapterName, type Application, startApplication } from './application.ts'

const SECRET = 'a client secret of 32 octets, or some more'

/** An application, and a provider that makes logout tokens for it which oidc-provider would never make. */
export interface LogoutTokenStage {
  readonly app: Application
  readonly clientId: string
  /** A browser in which `sub` is signed in, in the session `sid` of a provider. */
  signIn(sub: string, sid: string, at?: 'op' | 'other'): Promise<Browser>
  /** Posts a body to the back-channel endpoint of `op`, as a provider does. */
  post(
    body: string | URLSearchParams | FormData | undefined,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>
  /** Posts a logout token of `op`, right but for what `options` say. */
  logOut(options: TokenChanges): Promise<Response>
}

export type TokenChanges = Omit<LogoutTokenOptions, 'clientId'>

/** Both providers have the same users. */
export interface ScriptedProviders {
  readonly op: ScriptedProvider
  readonly other: ScriptedProvider
}

export async function setUpLogoutTokens(
  adapter: AdapterName,
  providers: ScriptedProviders,
  backchannelLogout: 'accept' | 'accept-typed' = 'accept',
): Promise<LogoutTokenStage> {
  const clientId = randomUUID()
  const app = await startApplication(adapter, (origin) => {
    const define = (id: keyof ScriptedProviders) => {
      const { issuer, register } = providers[id]
      const authentication = { method: 'client_secret_post', secret: SECRET } as const
      register({ id: clientId, authentication, redirectUris: [`${origin}/auth/callback/${id}`] })
      return oidc({ id, issuer, clientId, clientSecret: SECRET, loopback: insecureLoopback, backchannelLogout })
    }
    return { store: memoryStore(), providers: [define('op'), define('other')] }
  })
  const url = `${app.origin}/auth/backchannel-logout/op`
  const post: LogoutTokenStage['post'] = (body, headers = {}) =>
    fetch(url, { method: 'POST', body: body ?? null, headers })
  return {
    app,
    clientId,
    async signIn(sub, sid, at = 'op') {
      providers[at].change({ user: { sub }, idToken: { claims: { sid } } })
      const browser = createBrowser({ origin: app.origin })
      const me = await browser.navigate(`/auth/login/${at}?return_to=/me`)
      providers[at].restore()
      expect(me.json()).toMatchObject({ user: { id: sub }, provider: at })
      return browser
    },
    post,
    logOut: async (options) => post(tokenForm(await providers.op.logoutToken({ clientId, ...options }))),
  }
}

export function tokenForm(token: string): URLSearchParams {
  return new URLSearchParams({ logout_token: token })
}

export async function isSignedIn(browser: Browser): Promise<boolean> {
  return ((await browser.fetch('/auth/session')).json() as { readonly authenticated: boolean }).authenticated
}

/** The answer says that nothing was done, and that nobody may keep it. */
export function expectRefusal({ status, headers }: Response, expected = 400): void {
  expect(status).toBe(expected)
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('set-cookie')).toBeNull()
}
