import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../test/failure.ts'
import { text } from '../../test/local-server.ts'
import { createSigningKey, type OpenidProvider, startOpenidProvider } from '../../test/openid-provider.ts'
import { oauth2Provider, oidcProvider } from '../../test/provider-definition.ts'
import type { OidcProvider } from '../provider/provider.ts'
import { createProviderClient } from './provider-client.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

let provider: OpenidProvider
beforeEach(async () => {
  provider = await startOpenidProvider()
})
afterEach(() => provider.close())

function clientOf(facts: Partial<OidcProvider> = {}) {
  const definition = oidcProvider(provider.issuer, { backchannelLogout: 'accept', ...facts })
  return createProviderClient(definition, { fetch, now: Date.now })
}

async function verify(token: string, facts: Partial<OidcProvider> = {}) {
  const client = clientOf(facts)
  return client.verifyLogoutToken(await client.metadata(), token)
}

function logoutToken(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) {
  const usual = { nonce: undefined, jti: 'jti-1', sid: 'sid-1', events: { [EVENT]: {} } }
  return provider.idToken({ ...usual, ...claims }, { typ: 'logout+jwt', ...header })
}

const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow

describe('a logout token that ends nothing', () => {
  it.each([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another client', { aud: 'client-2' }],
    ['for this client among strangers', { aud: ['client-1', 'evil'] }],
    ['without exp', { exp: undefined }],
    ['that has expired', { exp: seconds(-60) }],
    ['without iat', { iat: undefined }],
    ['of an hour from now', { iat: seconds(3600) }],
    ['of yesterday', { iat: seconds(-86_400) }],
    ['without events', { events: undefined }],
    ['with events in a list', { events: [EVENT] }],
    ['with another event', { events: { foobar: {} } }],
    ['with an event that is a string', { events: { [EVENT]: 'x' } }],
    ['with an event that is null', { events: { [EVENT]: null } }],
    ['with an event that is a list', { events: { [EVENT]: [] } }],
    ['with a nonce', { nonce: 'x' }],
    ['with a nonce that is null', { nonce: null }],
    ['about nobody', { sub: undefined, sid: undefined }],
    ['about a number', { sub: 1, sid: undefined }],
    ['about a session that is an object', { sid: {} }],
    ['without jti', { jti: undefined }],
    ['with a jti of 10 kB', { jti: 'a'.repeat(10_000) }],
  ])('%s', async (_what, claims) => {
    expect((await failureOf(verify(await logoutToken(claims)))).code).toBe('logout_token_invalid')
  })

  it('by a stranger, or keyed by the client secret, or not signed', async () => {
    const stranger = await createSigningKey('key-1')
    const claims = { iss: provider.issuer, aud: 'client-1', sub: 'user-1', jti: '1', events: { [EVENT]: {} } }
    const signer = () => new SignJWT(claims).setIssuedAt().setExpirationTime('2m')
    const tokens = [
      await signer().setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(stranger.privateKey),
      await signer().setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode('canary-client-secret')),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`,
      'canary',
      '',
    ]
    for (const token of tokens) {
      const failure = await failureOf(verify(token))
      expect(failure.code).toBe('logout_token_invalid')
    }
  })

  it.each(['at+jwt', 'dpop+jwt', 'id_token+jwt'])('of typ %s', async (typ) => {
    expect((await failureOf(verify(await logoutToken({}, { typ })))).code).toBe('logout_token_invalid')
  })

  it('that is an ID token', async () => {
    expect((await failureOf(verify(await provider.idToken()))).code).toBe('logout_token_invalid')
  })

  it('at a provider without OpenID Connect', async () => {
    const client = createProviderClient(oauth2Provider(provider.issuer), { fetch, now: Date.now })
    const attempt = client.verifyLogoutToken(await client.metadata(), await logoutToken())
    expect((await failureOf(attempt)).code).toBe('logout_token_invalid')
  })

  it('while the keys cannot be had', async () => {
    provider.on('/jwks', text(503, ''))
    expect((await failureOf(verify(await logoutToken()))).code).toBe('provider_unavailable')
  })
})

describe('a flood of logout tokens', () => {
  it('with keys nobody has costs one fetch', async () => {
    const client = clientOf()
    const metadata = await client.metadata()
    for (let token = 0; token < 50; token += 1) {
      await failureOf(client.verifyLogoutToken(metadata, await logoutToken({}, { kid: `random-${token}` })))
    }
    expect(provider.receivedAt('/jwks')).toHaveLength(1)
    await expect(client.verifyLogoutToken(metadata, await logoutToken())).resolves.toBeDefined()
  })
})

describe('a logout token that holds', () => {
  it('says whom or what it ends, and how long it must be remembered', async () => {
    const iat = seconds(-5)
    expect(await verify(await logoutToken({ iat, exp: iat + 120, sub: 'user-1', unknown: 'x' }))).toEqual({
      subject: 'user-1',
      sid: 'sid-1',
      jti: 'jti-1',
      issuedAt: iat * 1000,
      expiresAt: (iat + 120) * 1000,
    })
  })

  it('need not be remembered for longer than it would be accepted', async () => {
    const iat = seconds(0)
    const { expiresAt } = await verify(await logoutToken({ iat, exp: iat + 1e12 }))
    expect(expiresAt).toBe((iat + 600) * 1000)
  })

  it('may name a session or a user alone', async () => {
    expect(await verify(await logoutToken({ sub: undefined }))).toMatchObject({ subject: undefined, sid: 'sid-1' })
    expect(await verify(await logoutToken({ sid: undefined }))).toMatchObject({ subject: 'user-1', sid: undefined })
  })

  it.each(['logout+jwt', 'JWT', undefined])('may be of typ %s', async (typ) => {
    await expect(verify(await logoutToken({}, { typ }))).resolves.toBeDefined()
  })

  it('must be of its own typ where that is asked for', async () => {
    const strict = { backchannelLogout: 'accept-typed' } as const
    await expect(verify(await logoutToken(), strict)).resolves.toBeDefined()
    for (const typ of ['JWT', undefined]) {
      expect((await failureOf(verify(await logoutToken({}, { typ }), strict))).code).toBe('logout_token_invalid')
    }
  })
})
