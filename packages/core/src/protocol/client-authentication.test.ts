import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeGrant } from '../../test/code-grant.ts'
import { failureOf } from '../../test/failure.ts'
import { json, type LocalServer, type Received, startServer } from '../../test/local-server.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import type { ClientAuthentication } from '../provider/client-authentication.ts'
import type { OAuth2Provider } from '../provider/provider.ts'
import { createProviderClient } from './provider-client.ts'

let server: LocalServer
beforeEach(async () => {
  server = await startServer(json(200, { access_token: 'a', token_type: 'bearer' }))
})
afterEach(() => server.close())

function clientWith(clientAuthentication: ClientAuthentication, facts: Partial<OAuth2Provider> = {}) {
  const provider = oauth2Provider(server.origin, { clientAuthentication, ...facts })
  return createProviderClient(provider, { fetch, now: Date.now })
}

async function requestWith(authentication: ClientAuthentication, facts: Partial<OAuth2Provider> = {}) {
  const client = clientWith(authentication, facts)
  await client.exchange(await client.metadata(), codeGrant)
  const [request] = server.receivedAt('/token').slice(-1)
  return { authorization: request?.headers.authorization, body: bodyOf(request) }
}

function bodyOf(request: Received | undefined): URLSearchParams {
  return new URLSearchParams(request?.body)
}

function credentialsOf(authorization: string | undefined): string {
  return Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64').toString()
}

describe('exactly one way', () => {
  it('client_secret_post: in the body and nowhere else', async () => {
    const { authorization, body } = await requestWith({ method: 'client_secret_post', clientSecret: 'secret-1' })
    expect(authorization).toBeUndefined()
    expect(body.getAll('client_secret')).toEqual(['secret-1'])
    expect(body.getAll('client_id')).toEqual(['client-1'])
  })

  it('client_secret_basic: in the header and nowhere else', async () => {
    const { authorization, body } = await requestWith({ method: 'client_secret_basic', clientSecret: 'secret-1' })
    expect(credentialsOf(authorization)).toBe('client-1:secret-1')
    expect(body.has('client_secret')).toBe(false)
  })

  it('none: the client id alone', async () => {
    const { authorization, body } = await requestWith({ method: 'none' })
    expect(authorization).toBeUndefined()
    expect(body.has('client_secret')).toBe(false)
    expect(body.get('client_id')).toBe('client-1')
  })
})

describe('client_secret_basic', () => {
  const clientId = 'my-client_id.1*'
  const clientSecret = 'a:b%+ é~-_.'

  it('leaves alone what servers that do not decode would trip over, and a server that decodes gets it back', async () => {
    const method = 'client_secret_basic'
    const { authorization } = await requestWith({ method, clientSecret }, { clientId })
    const [id = '', secret = ''] = credentialsOf(authorization).split(':')
    expect(id).toBe(clientId)
    expect([...new URLSearchParams(`=${secret}`).values()]).toEqual([clientSecret])
  })

  it('strict encodes all that may be encoded', async () => {
    const { authorization } = await requestWith(
      { method: 'client_secret_basic', clientSecret, encoding: 'strict' },
      { clientId },
    )
    expect(credentialsOf(authorization)).toBe('my%2Dclient%5Fid%2E1%2A:a%3Ab%25%2B+%C3%A9%7E%2D%5F%2E')
  })

  it('raw encodes nothing', async () => {
    const { authorization } = await requestWith(
      { method: 'client_secret_basic', clientSecret, encoding: 'raw' },
      { clientId },
    )
    expect(credentialsOf(authorization)).toBe(`${clientId}:${clientSecret}`)
  })
})

describe('private_key_jwt', () => {
  async function keyPair(algorithm: 'RS256' | 'PS256' | 'ES256' | 'EdDSA') {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
    return { publicKey, pem: await exportPKCS8(privateKey) }
  }

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('signs with %s, and sends no secret', async (algorithm) => {
    const { publicKey, pem } = await keyPair(algorithm)
    const { authorization, body } = await requestWith(
      { method: 'private_key_jwt', privateKey: pem, keyId: 'key-1', algorithm },
      { issuer: 'https://issuer.example' },
    )
    expect(authorization).toBeUndefined()
    expect(body.has('client_secret')).toBe(false)
    expect(body.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    const { payload, protectedHeader } = await jwtVerify(body.get('client_assertion') ?? '', publicKey, {
      algorithms: [algorithm],
    })
    expect(protectedHeader).toMatchObject({ alg: algorithm, kid: 'key-1' })
    expect(payload).toMatchObject({ iss: 'client-1', sub: 'client-1', aud: 'https://issuer.example' })
    expect((payload.exp ?? Number.NaN) - (payload.iat ?? Number.NaN)).toBe(60)
  })

  it('names the token endpoint as the audience where there is no issuer', async () => {
    const { publicKey, pem } = await keyPair('RS256')
    const { body } = await requestWith({ method: 'private_key_jwt', privateKey: pem })
    const { payload } = await jwtVerify(body.get('client_assertion') ?? '', publicKey)
    expect(payload.aud).toBe(`${server.origin}/token`)
  })

  it('makes a new assertion for each request', async () => {
    const { publicKey, pem } = await keyPair('RS256')
    const client = clientWith({ method: 'private_key_jwt', privateKey: pem })
    const metadata = await client.metadata()
    await Promise.all(Array.from({ length: 20 }, () => client.exchange(metadata, codeGrant)))
    const assertions = server.received.map((request) => bodyOf(request).get('client_assertion') ?? '')
    const ids = await Promise.all(assertions.map(async (it) => (await jwtVerify(it, publicKey)).payload.jti))
    expect(new Set(ids).size).toBe(20)
  })

  it('says so when the key is not one for the algorithm, without a word of the key', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(createPublicKey(pem).asymmetricKeyType).toBe('ec')
    const failure = await failureOf(requestWith({ method: 'private_key_jwt', privateKey: pem, algorithm: 'RS256' }))
    expect(failure.code).toBe('config_invalid')
    expect(failure.message).toContain('privateKey is not a key for RS256.')
    expect(failure.cause).toBeUndefined()
  })
})
