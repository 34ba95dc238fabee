import { randomUUID } from 'node:crypto'
import type { JWK } from 'jose'
import type { InteractionResult, Provider, ProviderContext } from 'oidc-provider'
import { type LocalServer, startLocalServer } from './local-server.ts'
import { createProviderStorage, type ProviderStorage } from './provider-storage.ts'
import { ALGORITHMS, createSigningKeys } from './signing-keys.ts'

/** A stronger way to authenticate, for step-up: whoever logs in when it was asked for has done it. */
export const GOLD = 'urn:example:gold'

/** oidc-provider, on loopback. Whoever logs in exists, and is named after the login. */
export interface OpenIdProvider extends Pick<LocalServer, 'pause' | 'resume' | 'close'> {
  readonly issuer: string
  readonly storage: ProviderStorage
  /** Registers a client, with metadata as OpenID Connect Dynamic Client Registration spells it. */
  register(client: ClientMetadata): void
  /** What it was asked, oldest first, by the name that oidc-provider has for the route. */
  readonly requests: readonly ProviderRequest[]
  requestsTo(route: string): readonly ProviderRequest[]
  /** Names of its events so far, of those that tests look at. */
  readonly events: readonly string[]
  /** Does what it is asked at this route, and keeps the answer until the function that comes back is called. */
  hold(route: string): () => void
  /** Its keys from now on, as after a deployment: the first of each type signs, all are published. */
  signWith(keys: readonly JWK[]): Promise<void>
}

export type ClientMetadata = Readonly<Record<string, unknown>> & { readonly client_id: string }

export interface ProviderRequest {
  readonly route: string
  readonly status: number
  readonly params: Readonly<Record<string, string | undefined>>
  readonly authorization: string
}

export interface OpenIdProviderOptions {
  /** Seconds an access token lives. Default 3600. */
  readonly accessTokenLifetime?: number
  /** RFC 9126. Default `offered`. */
  readonly pushedAuthorizationRequests?: 'offered' | 'required'
}

// It warns, when it is loaded and at each start, about what only matters in production.
const oidcProvider = await withoutWarnings(() => import('oidc-provider'))

const EVENTS = ['backchannel.success', 'backchannel.error', 'end_session.success', 'grant.revoked']

export async function startOpenIdProvider(options: OpenIdProviderOptions = {}): Promise<OpenIdProvider> {
  const server = await startLocalServer('localhost')
  const storage = createProviderStorage()
  const cookieKey = randomUUID()
  const requests: ProviderRequest[] = []
  const events: string[] = []
  const held = new Map<string, Promise<void>>()

  const signWith = async (keys: readonly JWK[]): Promise<void> => {
    const configuration = { ...configurationFor(options, storage, cookieKey), jwks: { keys } }
    const provider = await withoutWarnings(() => new oidcProvider.Provider(server.origin, configuration))
    grantAskedAcr(provider)
    provider.use(async (ctx, next) => {
      await next()
      const request = recorded(ctx)
      requests.push(request)
      await held.get(request.route)
    })
    for (const event of EVENTS) provider.on(event, () => events.push(event))
    server.serve(provider.callback())
  }
  await signWith(await createSigningKeys())

  return {
    issuer: server.origin,
    storage,
    register: (client) => storage.put('Client', client.client_id, client),
    requests,
    requestsTo: (route) => requests.filter((request) => request.route === route),
    events,
    hold(route) {
      const { promise, resolve } = Promise.withResolvers<void>()
      held.set(route, promise)
      return () => {
        held.delete(route)
        resolve()
      }
    },
    signWith,
    pause: server.pause,
    resume: server.resume,
    close: server.close,
  }
}

async function withoutWarnings<Value>(make: () => Value | Promise<Value>): Promise<Value> {
  const { warn } = console
  console.warn = () => {}
  try {
    return await make()
  } finally {
    console.warn = warn
  }
}

/** Its login pages know one way to authenticate. Here, a login that was asked to be a strong one is one. */
function grantAskedAcr(provider: Provider): void {
  const finish = provider.interactionFinished.bind(provider)
  provider.interactionFinished = async (request, response, result, how) => {
    const { params } = await provider.interactionDetails(request, response)
    const strong: InteractionResult =
      result.login === undefined ? result : { ...result, login: { ...result.login, acr: params['acr_values'] } }
    await finish(request, response, strong, how)
  }
}

function recorded(ctx: ProviderContext): ProviderRequest {
  const { route = ctx.path, params = {} } = ctx.oidc ?? {}
  return { route, status: ctx.status, params: { ...params }, authorization: ctx.get('authorization') }
}

function configurationFor(
  { accessTokenLifetime = 3600, pushedAuthorizationRequests = 'offered' }: OpenIdProviderOptions,
  { adapter }: ProviderStorage,
  cookieKey: string,
): Readonly<Record<string, unknown>> {
  const day = 86_400
  return {
    adapter,
    cookies: { keys: [cookieKey] },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
    findAccount: async (_ctx: unknown, accountId: string) => ({ accountId, claims: async () => claimsOf(accountId) }),
    acrValues: [GOLD],
    interactions: { policy: steppingUp() },
    rotateRefreshToken: () => true,
    // Seconds. Tests let time pass for the application alone, whose assertions then come from the future.
    clockTolerance: 60,
    ttl: {
      AccessToken: accessTokenLifetime,
      IdToken: 3600,
      Interaction: 600,
      Session: day,
      Grant: day,
      RefreshToken: day,
    },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    enabledJWA: { idTokenSigningAlgValues: ALGORITHMS, clientAuthSigningAlgValues: ALGORITHMS },
    features: {
      backchannelLogout: { enabled: true },
      revocation: { enabled: true, allowedPolicy: belongsToClient },
      pushedAuthorizationRequests: {
        enabled: true,
        requirePushedAuthorizationRequests: pushedAuthorizationRequests === 'required',
      },
      rpInitiatedLogout: { enabled: true, logoutSource: logoutPage, postLogoutSuccessSource: loggedOutPage },
    },
    renderError: errorPage,
    // Its own refuses addresses like 127.0.0.1, by a dispatcher that it adds.
    fetch: (url: string, { dispatcher: _, ...init }: RequestInit & { readonly dispatcher?: unknown }) =>
      fetch(url, init),
  }
}

function claimsOf(accountId: string): Readonly<Record<string, unknown>> {
  return {
    sub: accountId,
    name: `${accountId} Example`,
    preferred_username: accountId,
    email: `${accountId}@users.example`,
    email_verified: true,
  }
}

/** `acr_values` makes its user log in again, as providers with a second factor do. */
function steppingUp() {
  const { Check, base } = oidcProvider.interactionPolicy
  const policy = base()
  const isMissing = ({ oidc }: ProviderContext): boolean => {
    const wanted = oidc?.params?.['acr_values']
    if (wanted === undefined || oidc?.result?.login !== undefined) return Check.NO_NEED_TO_PROMPT
    return wanted.split(' ').includes(oidc?.session?.acr ?? '') ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
  }
  policy.get('login').checks.add(new Check('acr_values', 'A stronger authentication is needed', isMissing))
  return policy
}

async function belongsToClient(
  _ctx: unknown,
  { clientId }: { readonly clientId: string },
  token: { readonly clientId: string },
): Promise<boolean> {
  return token.clientId === clientId
}

async function logoutPage(ctx: ProviderContext, form: string): Promise<void> {
  const buttons = '<button name="logout" value="yes">Sign out</button><button>Stay signed in</button>'
  ctx.type = 'html'
  ctx.body = `<!doctype html><title>Provider</title><h1>Sign out here too?</h1>${form.replace('</form>', `${buttons}</form>`)}`
}

async function loggedOutPage(ctx: ProviderContext): Promise<void> {
  ctx.type = 'html'
  ctx.body = '<!doctype html><title>Provider</title><h1>Signed out of the provider</h1>'
}

async function errorPage(ctx: ProviderContext, out: { readonly error: string; readonly error_description?: string }) {
  ctx.type = 'text/plain'
  ctx.body = `${out.error}: ${out.error_description}`
}
