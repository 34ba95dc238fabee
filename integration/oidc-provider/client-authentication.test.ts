import type { ClientAuthentication } from '@postern/core'
import { createBrowser } from '@postern/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADAPTERS } from './application.ts'
import { type OpenIdProvider, type ProviderRequest, startOpenIdProvider } from './openid-provider.ts'
import { answerProvider } from './person.ts'
import { OFFLINE, SECRET } from './provider-definition.ts'
import { startRelyingParty } from './relying-party.ts'
import { ALGORITHMS, type ClientKey, createClientKey } from './signing-keys.ts'

// What percent-encoding, form-encoding and nothing at all spell differently.
const AWKWARD_ID = 'an-id_with.some~of:the%41+rest'
const AWKWARD_SECRET = 'a-secret_with.some~of:the%41+rest, and long'

let provider: OpenIdProvider
let keys: ReadonlyMap<string, ClientKey>

beforeAll(async () => {
  provider = await startOpenIdProvider({ accessTokenLifetime: 20 })
  keys = new Map(
    await Promise.all(ALGORITHMS.map(async (algorithm) => [algorithm, await createClientKey(algorithm)] as const)),
  )
})

afterAll(() => provider.close())

interface Method {
  readonly name: string
  readonly authentication: () => ClientAuthentication
  readonly client: () => Readonly<Record<string, unknown>>
  readonly shows: (request: ProviderRequest) => boolean
}

const sharedSecret = (method: string, id: string, secret: string): Method['client'] => {
  return () => ({ client_id: id, client_secret: secret, token_endpoint_auth_method: method })
}

const usesBasic: Method['shows'] = ({ authorization, params }) =>
  authorization.startsWith('Basic ') && params['client_secret'] === undefined

const METHODS: readonly Method[] = [
  {
    name: 'client_secret_post',
    authentication: () => ({ method: 'client_secret_post', clientSecret: AWKWARD_SECRET }),
    client: sharedSecret('client_secret_post', AWKWARD_ID, AWKWARD_SECRET),
    shows: ({ authorization, params }) => authorization === '' && params['client_secret'] === AWKWARD_SECRET,
  },
  ...(['url', 'strict'] as const).map((encoding) => ({
    name: `client_secret_basic in its ${encoding} encoding`,
    authentication: () => ({ method: 'client_secret_basic', clientSecret: AWKWARD_SECRET, encoding }) as const,
    client: sharedSecret('client_secret_basic', AWKWARD_ID, AWKWARD_SECRET),
    shows: usesBasic,
  })),
  {
    name: 'client_secret_basic, raw, where nothing needs encoding',
    authentication: () => ({ method: 'client_secret_basic', clientSecret: 'x'.repeat(40), encoding: 'raw' }),
    client: sharedSecret('client_secret_basic', 'plain-id', 'x'.repeat(40)),
    shows: usesBasic,
  },
  ...ALGORITHMS.map((algorithm) => ({
    name: `private_key_jwt with ${algorithm}`,
    authentication: () => {
      const { privateKey, keyId } = keyFor(algorithm)
      return { method: 'private_key_jwt', privateKey, keyId, algorithm } as const
    },
    client: () => ({
      client_id: `assertion-${algorithm}`,
      client_secret: undefined,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: algorithm,
      jwks: { keys: [keyFor(algorithm).publicJwk] },
    }),
    shows: ({ params }: ProviderRequest) => params['client_assertion'] !== undefined,
  })),
  {
    name: 'none, for a public client',
    authentication: () => ({ method: 'none' }),
    client: () => ({ client_id: 'public', client_secret: undefined, token_endpoint_auth_method: 'none' }),
    shows: ({ authorization, params }) =>
      authorization === '' && params['client_secret'] === undefined && params['client_assertion'] === undefined,
  },
]

function keyFor(algorithm: string): ClientKey {
  const key = keys.get(algorithm)
  if (key === undefined) throw new Error(`No key for ${algorithm}`)
  return key
}

describe.each(ADAPTERS)('a client on %s proves itself to oidc-provider', (adapter) => {
  it.each(METHODS)('with $name: signing in, refreshing and revoking', async ({ authentication, client, shows }) => {
    const before = provider.requests.length
    const app = await startRelyingParty(adapter, provider, {
      clientAuthentication: authentication(),
      client: client(),
      facts: OFFLINE,
    })
    const browser = createBrowser({ origin: app.origin })
    const me = await answerProvider(await browser.navigate('/me'))
    expect(me.json()).toMatchObject({ user: { id: 'ada' } })

    app.pass(25)
    expect((await browser.fetch('/token')).status).toBe(200)
    await (await browser.navigate('/auth/logout')).submit()
    await app.close()

    const authenticated = provider.requests
      .slice(before)
      .filter(({ route }) => route === 'token' || route === 'revocation')
    expect(authenticated.map(({ route, status }) => [route, status])).toEqual([
      ['token', 200],
      ['token', 200],
      ['revocation', 200],
      ['revocation', 200],
    ])
    expect(authenticated.every(shows)).toBe(true)
  })

  it('with a wrong secret in vain: no session, and no word of the secret', async () => {
    const app = await startRelyingParty(adapter, provider, {
      clientAuthentication: { method: 'client_secret_basic', clientSecret: 'a wrong secret, which nobody may read' },
      client: { token_endpoint_auth_method: 'client_secret_basic' },
    })
    const browser = createBrowser({ origin: app.origin })
    const page = await answerProvider(await browser.navigate('/me'))
    expect(page.status).toBe(502)
    expect(app.eventsOf('sign_in_failed')).toMatchObject([
      { code: 'client_refused', class: 'operator', oauthError: 'invalid_client', providerStatus: 401 },
    ])
    const told = page.text + JSON.stringify(app.events)
    expect(told).not.toContain('which nobody may read')
    expect(told).not.toContain(SECRET)
    expect((await browser.fetch('/auth/session')).json()).toEqual({ authenticated: false })
    expect(browser.cookies.refused).toEqual([])
  })
})
