import { generateKeyPairSync } from 'node:crypto'
import { type JWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ScriptedClient, ScriptedClientAuthentication } from './client.ts'
import { type ScriptedProvider, startScriptedProvider } from './scripted-provider.ts'

const SECRET = 'a:b%+ é~-secret'
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })

let provider: ScriptedProvider

beforeAll(async () => {
  provider = await startScriptedProvider()
})
afterAll(() => provider.close())

function register(authentication: ScriptedClientAuthentication): ScriptedClient {
  return provider.register({ redirectUris: [], authentication })
}

async function outcome(parameters: Record<string, string>, basic?: string): Promise<readonly [number, unknown]> {
  const response = await fetch(provider.endpoints.revocation, {
    method: 'POST',
    headers: basic === undefined ? {} : { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
    body: new URLSearchParams({ token: 'x', ...parameters }),
  })
  return [response.status, response.status === 200 ? undefined : Object(await response.json()).error]
}

const OK = [200, undefined]
const NOT_THIS_CLIENT = [401, 'invalid_client']

describe('client authentication', () => {
  it('takes the registered method and no other', async () => {
    const { id: post } = register({ method: 'client_secret_post', secret: SECRET })
    expect(await outcome({ client_id: post, client_secret: SECRET })).toEqual(OK)
    expect(await outcome({ client_id: post, client_secret: 'wrong' })).toEqual(NOT_THIS_CLIENT)
    expect(await outcome({ client_id: post })).toEqual(NOT_THIS_CLIENT)
    expect(await outcome({}, `${post}:${encodeURIComponent(SECRET)}`)).toEqual(NOT_THIS_CLIENT)
    const { id: none } = register({ method: 'none' })
    expect(await outcome({ client_id: none })).toEqual(OK)
    expect(await outcome({ client_id: none, client_secret: 'x' })).toEqual(NOT_THIS_CLIENT)
    expect(await outcome({})).toEqual(NOT_THIS_CLIENT)
  })

  it('refuses two methods at once', async () => {
    const { id } = register({ method: 'client_secret_post', secret: SECRET })
    expect(await outcome({ client_id: id, client_secret: SECRET }, `${id}:x`)).toEqual([400, 'invalid_request'])
  })

  it('decodes Basic credentials as the specification says, or takes them raw', async () => {
    const encoded = new URLSearchParams({ s: SECRET }).toString().slice(2)
    const { id: decoding } = register({ method: 'client_secret_basic', secret: SECRET })
    expect(await outcome({}, `${decoding}:${encoded}`)).toEqual(OK)
    expect(await outcome({}, `client%2D${decoding.slice(7)}:${encoded}`)).toEqual(OK)
    expect(await outcome({}, `${decoding}:${SECRET}`)).toEqual(NOT_THIS_CLIENT)
    const { id: raw } = register({ method: 'client_secret_basic', secret: SECRET, encoding: 'raw' })
    expect(await outcome({}, `${raw}:${SECRET}`)).toEqual(OK)
    expect(await outcome({}, `${raw}:${encoded}`)).toEqual(NOT_THIS_CLIENT)
  })

  it('challenges those who used Basic', async () => {
    const response = await fetch(provider.endpoints.token, { method: 'POST', headers: { authorization: 'Basic eDp5' } })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic /)
  })
})

describe('a client assertion', () => {
  const seconds = () => Math.floor(Date.now() / 1000)
  const rightClaims = (id: string) => ({
    iss: id,
    sub: id,
    aud: provider.issuer,
    jti: crypto.randomUUID(),
    iat: seconds(),
    exp: seconds() + 60,
  })
  const sign = (claims: Record<string, unknown>, key = privateKey) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(key)
  const present = (client_assertion: string) => outcome({ client_assertion, client_assertion_type: ASSERTION_TYPE })

  it.each([
    ['PEM', publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    // Node types an exported JWK more loosely than jose does.
    ['JWK', publicKey.export({ format: 'jwk' }) as JWK],
  ])('is verified with a key registered as %s', async (_, key) => {
    const { id } = register({ method: 'private_key_jwt', publicKeys: [key] })
    expect(await present(await sign(rightClaims(id)))).toEqual(OK)
    expect(await present(await sign(rightClaims(id), stranger.privateKey))).toEqual(NOT_THIS_CLIENT)
  })

  it('is good once', async () => {
    const { id } = register({ method: 'private_key_jwt', publicKeys: [publicKey.export({ format: 'jwk' }) as JWK] })
    const assertion = await sign(rightClaims(id))
    expect(await present(assertion)).toEqual(OK)
    expect(await present(assertion)).toEqual(NOT_THIS_CLIENT)
  })

  it.each([
    ['another audience', { aud: 'https://evil.example' }],
    ['several audiences', () => ({ aud: [provider.issuer] })],
    ['another subject', { sub: 'x' }],
    ['another issuer', { iss: 'x' }],
    ['no jti', { jti: undefined }],
    ['no expiry', { exp: undefined }],
    ['an expiry in the past', () => ({ exp: seconds() - 60 })],
    ['an expiry far away', () => ({ exp: seconds() + 3600 })],
  ])('is refused with %s', async (_, change) => {
    const { id } = register({ method: 'private_key_jwt', publicKeys: [publicKey.export({ format: 'jwk' }) as JWK] })
    const changes = typeof change === 'function' ? change() : change
    expect(await present(await sign({ ...rightClaims(id), ...changes }))).toEqual(NOT_THIS_CLIENT)
  })

  it('can be keyed with the secret, for clients registered so', async () => {
    const { id } = register({ method: 'client_secret_jwt', secret: 'x'.repeat(32) })
    const signed = (secret: string) =>
      new SignJWT(rightClaims(id)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret))
    expect(await present(await signed('x'.repeat(32)))).toEqual(OK)
    expect(await present(await signed('y'.repeat(32)))).toEqual(NOT_THIS_CLIENT)
  })
})
