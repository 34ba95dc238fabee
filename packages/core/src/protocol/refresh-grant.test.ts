import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../test/failure.ts'
import { json, type LocalServer, type Respond, startServer, text, unusedOrigin } from '../../test/local-server.ts'
import { createSigningKey, type OpenidProvider, startOpenidProvider } from '../../test/openid-provider.ts'
import { oauth2Provider, oidcProvider } from '../../test/provider-definition.ts'
import { createProviderClient } from './provider-client.ts'

const request = { refreshToken: 'refresh-0', idToken: undefined }

describe('a refresh at a provider without OpenID Connect', () => {
  let server: LocalServer
  beforeEach(async () => {
    server = await startServer()
  })
  afterEach(() => server.close())

  async function refresh(respond: Respond, origin = server.origin) {
    server.on('/token', respond)
    const provider = oauth2Provider(origin, { scope: ['a', 'b'], timeout: 0.5 })
    const client = createProviderClient(provider, { fetch, now: Date.now })
    return client.refresh(await client.metadata(), request)
  }

  it('presents the token with the client credentials, once, and asks for no scope', async () => {
    await refresh(json(200, { access_token: 'token-1', token_type: 'Bearer' }))
    expect(server.received).toHaveLength(1)
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-0',
      client_id: 'client-1',
      client_secret: 'canary-client-secret',
    })
  })

  it('leaves out what the answer leaves out', async () => {
    expect(await refresh(json(200, { access_token: 'token-1', token_type: 'Bearer' }))).toEqual({
      type: 'refreshed',
      tokens: {
        accessToken: 'token-1',
        expiresIn: undefined,
        refreshToken: undefined,
        idToken: undefined,
        scope: undefined,
      },
    })
  })

  it.each([
    ['as RFC 6749 says', json(400, { error: 'invalid_grant' })],
    ['behind a challenge', json(401, { error: 'invalid_grant' }, { 'www-authenticate': 'Bearer' })],
    ['with 200, as GitHub says', json(200, { error: 'bad_refresh_token' })],
    ['with 401, as Passport up to 12 says', json(401, { error: 'invalid_request' })],
    ['as LemonLDAP says', json(400, { error: 'invalid_request' })],
    ['with nothing in the body, as glewlwyd says', text(400, '')],
    ['with 403', json(403, { error: 'access_denied' })],
  ])('knows a dead token: %s', async (_how, respond) => {
    expect(await refresh(respond)).toEqual({ type: 'dead' })
  })

  it.each([
    ['wrong credentials', json(401, { error: 'invalid_client' }), 'client_refused'],
    ['a client that may not refresh', json(400, { error: 'unauthorized_client' }), 'client_refused'],
    ['a scope', json(400, { error: 'invalid_scope' }), 'client_refused'],
    ['an outage', text(503, ''), 'provider_unavailable'],
    ['too many requests', text(429, ''), 'provider_unavailable'],
    ['a firewall', text(403, '<title>Just a moment...</title>'), 'provider_blocked'],
    ['HTML with 400', text(400, '<html>'), 'provider_response_invalid'],
    ['404', text(404, '<html>'), 'provider_response_invalid'],
  ] satisfies [string, Respond, string][])(
    'knows that %s says nothing about the token',
    async (_what, respond, code) => {
      expect((await failureOf(refresh(respond))).code).toBe(code)
    },
  )

  it.each([
    ['a broken connection', (response) => void response.destroy()],
    ['no answer in time', () => undefined],
    ['half an answer', text(200, '{"access_token":"tok')],
  ] satisfies [string, Respond][])('knows that the token may have been rotated after %s', async (_what, respond) => {
    expect(await refresh(respond)).toMatchObject({ type: 'lost' })
    expect(server.received).toHaveLength(1)
  })

  it('knows that nothing was sent when nobody listens', async () => {
    expect((await failureOf(refresh(json(200, {}), await unusedOrigin()))).code).toBe('provider_unreachable')
  })
})

describe('a refresh at an OpenID Provider', () => {
  let provider: OpenidProvider
  beforeEach(async () => {
    provider = await startOpenidProvider()
  })
  afterEach(() => provider.close())

  /** @param earlier claims of the ID token before */
  async function refresh(
    tokens: Record<string, unknown>,
    earlier: Record<string, unknown> = {},
    facts: Parameters<typeof oidcProvider>[1] = {},
  ) {
    provider.tokens = tokens
    const client = createProviderClient(oidcProvider(provider.issuer, facts), { fetch, now: Date.now })
    return client.refresh(await client.metadata(), { ...request, idToken: await provider.idToken(earlier) })
  }

  it('may bring no ID token', async () => {
    expect(await refresh({ id_token: undefined })).toMatchObject({ type: 'refreshed' })
  })

  it('may bring a new one of the same user, without a nonce', async () => {
    const id_token = await provider.idToken({ nonce: undefined })
    expect(await refresh({ id_token })).toMatchObject({ type: 'refreshed', tokens: { idToken: id_token } })
  })

  it.each([
    ['somebody else', async () => provider.idToken({ sub: 'user-2' })],
    ['another issuer', async () => provider.idToken({ iss: 'https://evil.example' })],
    ['another client', async () => provider.idToken({ aud: 'client-2' })],
    ['a stranger’s key', async () => provider.idToken({}, {}, await createSigningKey('key-1'))],
  ])('ends the grant when the ID token is of %s', async (_whom, idToken) => {
    expect(await refresh({ id_token: await idToken() })).toEqual({ type: 'dead' })
  })

  it.each([
    ['somebody else', { sub: 'user-2' }, {}],
    ['another authentication', { auth_time: 2_000 }, { auth_time: 1_000 }],
    ['another request', { nonce: 'another' }, {}],
  ])('ends the grant when the ID token is of %s than the one before', async (_what, claims, earlier) => {
    const id_token = await provider.idToken(claims)
    expect(await refresh({ id_token }, earlier)).toEqual({ type: 'dead' })
  })

  it('goes on when the user has signed in again at a provider that always says when that was last', async () => {
    const id_token = await provider.idToken({ auth_time: 2_000 })
    const outcome = refresh({ id_token }, { auth_time: 1_000 }, { authTimeOnRefresh: 'latest' })
    expect(await outcome).toMatchObject({ type: 'refreshed' })
  })

  it('ends the grant when there is no ID token before that the new one could continue', async () => {
    provider.tokens = {}
    const client = createProviderClient(oidcProvider(provider.issuer), { fetch, now: Date.now })
    expect(await client.refresh(await client.metadata(), request)).toEqual({ type: 'dead' })
  })

  it.each([
    ['the same nonce and time', { auth_time: 1_000 }, { auth_time: 1_000 }],
    ['neither', { nonce: undefined }, { auth_time: 1_000 }],
    ['what the one before left out', { auth_time: 1_000 }, { nonce: undefined }],
    ['the sub of before, whatever the application calls the user', { sub: 'user-2' }, { sub: 'user-2' }],
  ])('goes on with a new ID token that has %s', async (_what, claims, earlier) => {
    const id_token = await provider.idToken(claims)
    expect(await refresh({ id_token }, earlier)).toMatchObject({ type: 'refreshed' })
  })

  it('does not spend the token while the keys to check the answer with cannot be had', async () => {
    provider.on('/jwks', text(503, ''))
    expect((await failureOf(refresh({}))).code).toBe('provider_unavailable')
    const client = createProviderClient(oidcProvider(provider.issuer), { fetch, now: Date.now })
    const metadata = await client.metadata()
    expect((await failureOf(client.prepareRefresh(metadata))).code).toBe('provider_unavailable')
    expect(provider.receivedAt('/token')).toHaveLength(0)
  })
  describe('whose keys are new', () => {
    /** @param failures how often the new keys cannot be had */
    async function refreshWithNewKey(failures: number, respond: Respond) {
      const client = createProviderClient(oidcProvider(provider.issuer), { fetch, now: Date.now })
      const metadata = await client.metadata()
      await client.prepareRefresh(metadata)
      const next = await createSigningKey('key-2')
      provider.tokens = { id_token: await provider.idToken({}, {}, next) }
      let left = failures
      provider.on('/jwks', (response, received) => {
        left -= 1
        return (left >= 0 ? respond : json(200, { keys: [next.jwk] }))(response, received)
      })
      return client.refresh(metadata, { ...request, idToken: await provider.idToken() })
    }

    it.each([
      ['an error', 1, text(500, '')],
      ['two errors', 2, text(503, '')],
      ['a broken connection', 1, (response) => void response.destroy()],
    ] satisfies [string, number, Respond][])(
      'goes on after %s where they are published',
      async (_what, failures, respond) => {
        expect(await refreshWithNewKey(failures, respond)).toMatchObject({ type: 'refreshed' })
        expect(provider.receivedAt('/token')).toHaveLength(1)
      },
    )

    it('trusts no ID token for want of keys', async () => {
      expect((await failureOf(refreshWithNewKey(3, text(500, '')))).code).toBe('provider_unavailable')
      expect(provider.receivedAt('/jwks')).toHaveLength(1 + 3)
    })
  })
})
