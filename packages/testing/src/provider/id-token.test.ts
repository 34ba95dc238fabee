import { createHmac } from 'node:crypto'
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { json } from '../../test/json.ts'
import { REDIRECT_URI, refresh, signIn, type Tokens } from '../../test/provider-sign-in.ts'
import { type ScriptedClient, secretOf } from './client.ts'
import { type ScriptedProvider, startScriptedProvider } from './scripted-provider.ts'

let provider: ScriptedProvider
let client: ScriptedClient

beforeAll(async () => {
  provider = await startScriptedProvider()
  client = provider.register({ redirectUris: [REDIRECT_URI] })
})
afterEach(() => provider.restore())
afterAll(() => provider.close())

const idToken = async () => (await signIn(provider, client)).id_token

function verify(token: string) {
  const options = { issuer: provider.issuer, audience: client.id }
  return jwtVerify(token, createRemoteJWKSet(new URL(provider.endpoints.jwks)), options)
}

describe('an ID token', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('is right, signed with %s', async (algorithm) => {
    provider.change({ idToken: { algorithm } })
    const { payload, protectedHeader } = await verify(await idToken())
    expect(protectedHeader.alg).toBe(algorithm)
    expect(payload).toMatchObject({ sub: 'user-1', nonce: 'the-nonce', aud: client.id })
    expect(payload.at_hash).toMatch(/^[\w-]{22,43}$/)
    expect(payload.sid).toBeTypeOf('string')
    expect(payload.auth_time).toBeTypeOf('number')
  })

  it('differs claim by claim and header by header', async () => {
    provider.change({
      idToken: { claims: { iss: 'https://evil.example', nonce: undefined }, header: { kid: undefined, typ: 'at+jwt' } },
    })
    const token = await idToken()
    expect(decodeJwt(token)).toMatchObject({ iss: 'https://evil.example', aud: client.id })
    expect(decodeJwt(token)).not.toHaveProperty('nonce')
    expect(decodeProtectedHeader(token)).toEqual({ typ: 'at+jwt', alg: 'RS256' })
  })

  it('can be computed from the right one', async () => {
    provider.change({ idToken: { claims: (right) => ({ ...right, aud: [right.aud, 'other'] }) } })
    expect(decodeJwt(await idToken()).aud).toEqual([client.id, 'other'])
  })

  it('can be signed with a key that is nowhere published, under the right kid', async () => {
    provider.change({ idToken: { signWith: 'unpublished-key' } })
    const token = await idToken()
    expect(provider.publishedKeys.map(({ kid }) => kid)).toContain(decodeProtectedHeader(token).kid)
    await expect(verify(token)).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
  })

  it('can be unsigned', async () => {
    provider.change({ idToken: { signWith: 'nothing' } })
    const token = await idToken()
    expect(decodeProtectedHeader(token).alg).toBe('none')
    expect(token.split('.')[2]).toBe('')
  })

  it('can confuse a public key with a secret', async () => {
    provider.change({ idToken: { signWith: 'public-key' } })
    const token = await idToken()
    expect(decodeProtectedHeader(token).alg).toBe('HS256')
    await expect(verify(token)).rejects.toThrow()
  })

  it('can be keyed with the client secret', async () => {
    provider.change({ idToken: { signWith: 'client-secret' } })
    const [header, claims, signature] = (await idToken()).split('.')
    const expected = createHmac('sha256', secretOf(client) ?? '').update(`${header}.${claims}`)
    expect(signature).toBe(expected.digest('base64url'))
  })

  it('can be spoilt in the end', async () => {
    provider.change({ idToken: { tamper: (token) => `${token}.x.y` } })
    expect((await idToken()).split('.')).toHaveLength(5)
  })

  it('comes without a nonce from a refresh, or not at all', async () => {
    const first = await signIn(provider, client)
    const second = await json<Tokens>(refresh(provider, client, first.refresh_token))
    expect(decodeJwt(second.id_token)).not.toHaveProperty('nonce')
    expect(decodeJwt(second.id_token).auth_time).toBe(decodeJwt(first.id_token).auth_time)
    provider.change({ idTokenOnRefresh: 'omitted' })
    expect(await json(refresh(provider, client, second.refresh_token))).not.toHaveProperty('id_token')
  })

  it('is not issued by a provider that speaks OAuth 2.0 only', async () => {
    provider.change({ protocol: 'oauth2' })
    expect(await signIn(provider, client)).not.toHaveProperty('id_token')
    expect((await fetch(provider.endpoints.discovery)).status).toBe(404)
  })
})

describe('signing keys', () => {
  it('rotate on demand, and old ones stay or go', async () => {
    const old = await idToken()
    const before = provider.publishedKeys.map(({ kid }) => kid)
    await provider.rotateKeys()
    const next = await idToken()
    expect(decodeProtectedHeader(next).kid).not.toBe(decodeProtectedHeader(old).kid)
    await verify(old)
    await verify(next)
    await provider.rotateKeys('drop-old')
    expect(provider.publishedKeys.filter(({ kid }) => before.includes(kid))).toEqual([])
    await expect(verify(next)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
    await verify(await idToken())
  })

  it('are published without their private halves', async () => {
    const keySet = await json<{ keys: object[] }>(fetch(provider.endpoints.jwks))
    expect(keySet.keys.length).toBeGreaterThan(0)
    for (const key of keySet.keys) expect(key).not.toHaveProperty('d')
  })
})

describe('a logout token', () => {
  it('is right, or wrong in the one respect a test chooses', async () => {
    const right = await provider.logoutToken({ clientId: client.id, sid: 'session-1' })
    const { payload, protectedHeader } = await jwtVerify(
      right,
      createLocalJWKSet({ keys: [...provider.publishedKeys] }),
      {
        issuer: provider.issuer,
        audience: client.id,
        typ: 'logout+jwt',
      },
    )
    expect(protectedHeader.typ).toBe('logout+jwt')
    expect(payload).toMatchObject({
      sid: 'session-1',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    })
    expect(payload).not.toHaveProperty('sub')
    const wrong = await provider.logoutToken({ clientId: client.id, subject: 'user-1', claims: { nonce: 'x' } })
    expect(decodeJwt(wrong)).toMatchObject({ sub: 'user-1', nonce: 'x' })
  })

  it('is made for nobody unknown', async () => {
    await expect(provider.logoutToken({ clientId: 'stranger' })).rejects.toThrow('No client "stranger"')
  })
})
