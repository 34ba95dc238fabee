import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { GatewayError } from '../error.ts'
import {
  defineProvider,
  insecureLoopback,
  type OAuth2Facts,
  type OidcFacts,
  plainCodeChallenge,
} from './define-provider.ts'
import type { OAuth2Provider, OidcProvider } from './provider.ts'

const SECRET = 'secret-that-nobody-may-see'

const OAUTH2 = {
  protocol: 'oauth2',
  id: 'example',
  name: 'Example',
  clientId: 'client',
  clientAuthentication: { method: 'client_secret_post', clientSecret: SECRET },
  endpoints: { authorization: 'https://as.example/authorize', token: 'https://as.example/token' },
  identify: async () => ({ id: '1' }),
} as const satisfies OAuth2Facts

const OIDC = {
  protocol: 'oidc',
  id: 'example',
  name: 'Example',
  clientId: 'client',
  clientAuthentication: { method: 'client_secret_basic', clientSecret: SECRET },
  issuer: 'https://op.example',
  identify: async () => ({ id: '1' }),
} as const satisfies OidcFacts

/** The advice of the one error, for facts that TypeScript would refuse. */
function adviceFor(base: object, change: object): string {
  try {
    // JavaScript and JSON come without types: the checks are for them.
    defineProvider({ ...base, ...change } as OAuth2Facts)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'config_invalid') return error.advice ?? ''
    throw error
  }
  return ''
}

describe('facts that would weaken a sign-in', () => {
  it.each([
    ['an empty secret', { clientAuthentication: { method: 'client_secret_post', clientSecret: '' } }, 'clientSecret'],
    ['no secret', { clientAuthentication: { method: 'client_secret_basic' } }, 'clientSecret'],
    [
      'a secret with the line break of its file',
      { clientAuthentication: { method: 'client_secret_post', clientSecret: `${SECRET}\n` } },
      'clientSecret',
    ],
    [
      'a public client with a secret',
      { clientAuthentication: { method: 'none', clientSecret: SECRET } },
      'clientAuthentication',
    ],
    [
      'a public client with a key',
      { clientAuthentication: { method: 'none', privateKey: SECRET } },
      "clientAuthentication.privateKey is not part of 'none'.",
    ],
    [
      'a misspelt encoding',
      { clientAuthentication: { method: 'client_secret_basic', clientSecret: SECRET, encodng: 'raw' } },
      "clientAuthentication.encodng is not part of 'client_secret_basic'. Did you mean encoding?",
    ],
    [
      'an encoding where nothing is encoded',
      { clientAuthentication: { method: 'client_secret_post', clientSecret: SECRET, encoding: 'raw' } },
      "clientAuthentication.encoding is not part of 'client_secret_post'. Known: method, clientSecret.",
    ],
    ['no client authentication', { clientAuthentication: undefined }, 'clientAuthentication.method'],
    [
      'a method that does not exist',
      { clientAuthentication: { method: 'client_secret_jwt' } },
      'clientAuthentication.method',
    ],
    [
      'an encoding that does not exist',
      { clientAuthentication: { method: 'client_secret_basic', clientSecret: SECRET, encoding: 'hex' } },
      'clientAuthentication.encoding',
    ],
    [
      'a colon that would end the client id',
      {
        clientId: 'urn:client',
        clientAuthentication: { method: 'client_secret_basic', clientSecret: SECRET, encoding: 'raw' },
      },
      'clientAuthentication.encoding',
    ],
    ['an empty client id', { clientId: '' }, 'clientId'],
    ['an unset client id', { clientId: undefined }, 'clientId'],
    ['plain http', { endpoints: { ...OAUTH2.endpoints, token: 'http://as.example/token' } }, 'endpoints.token'],
    [
      'plain http on loopback, unasked',
      { endpoints: { ...OAUTH2.endpoints, token: 'http://127.0.0.1/token' } },
      'endpoints.token',
    ],
    [
      'a token endpoint that is missing',
      { endpoints: { authorization: 'https://as.example/authorize' } },
      'endpoints.token',
    ],
    ['no endpoints', { endpoints: undefined }, 'endpoints'],
    [
      'a password in an address',
      { endpoints: { ...OAUTH2.endpoints, token: 'https://me:pw@as.example/token' } },
      'endpoints.token',
    ],
    [
      'a fragment in an address',
      { endpoints: { ...OAUTH2.endpoints, token: 'https://as.example/token#' } },
      'endpoints.token',
    ],
    [
      'an address without a scheme',
      { endpoints: { ...OAUTH2.endpoints, token: '//as.example/token' } },
      'endpoints.token',
    ],
    ['a script for an address', { manageAccessUrl: 'javascript:alert(1)' }, 'manageAccessUrl'],
    ['an API that is not an origin', { apiOrigins: ['https://api.example/v1'] }, 'apiOrigins[0]'],
    ['an API with a trailing slash', { apiOrigins: ['https://api.example/'] }, 'apiOrigins[0]'],
    ['every API there is', { apiOrigins: ['*'] }, 'apiOrigins[0]'],
    ['an API over plain http', { apiOrigins: ['http://api.example'] }, 'apiOrigins[0]'],
    ['a redirect URI that is a path', { redirectUri: '/auth/callback' }, 'redirectUri'],
    ['a redirect URI with a fragment', { redirectUri: 'https://app.example/cb#x' }, 'redirectUri'],
    ['a redirect URI over plain http', { redirectUri: 'http://app.example/cb' }, 'redirectUri'],
    ['plain PKCE as a string', { codeChallengeMethod: 'plain' }, 'codeChallengeMethod'],
    ['loopback as a boolean', { loopback: true }, 'loopback'],
    ['loopback as another symbol', { loopback: Symbol('postern.insecureLoopback') }, 'loopback'],
    ['a misspelt fact', { redirect_uri: 'https://app.example/cb' }, 'redirect_uri'],
    ['a misspelt endpoint', { endpoints: { ...OAUTH2.endpoints, revoke: 'https://as.example/r' } }, 'endpoints.revoke'],
    ['a fact of the other form', { idTokenSignedResponseAlg: 'RS256' }, 'idTokenSignedResponseAlg'],
    ['an id with a slash', { id: 'a/b' }, 'id'],
    ['an id in capitals', { id: 'GitHub' }, 'id'],
    ['an id that is too long', { id: 'x'.repeat(33) }, 'id'],
    ['an empty name', { name: ' ' }, 'name'],
    ['no time at all', { timeout: 0.5 }, 'timeout'],
    ['more time than anybody waits', { timeout: 61 }, 'timeout'],
    ['a time that is not a number', { timeout: Number.NaN }, 'timeout'],
    ['scopes in one string', { scope: ['read write'] }, 'scope'],
    ['a scope that is a string', { scope: 'read' }, 'scope'],
    ['a separator that does not exist', { scopeSeparator: ';' }, 'scopeSeparator'],
    ['a response mode that leaks into fragments', { responseMode: 'fragment' }, 'responseMode'],
    ['a login parameter that is not one', { loginParameters: ['scope'] }, 'loginParameters'],
    ['no identify', { identify: undefined }, 'identify'],
    ['an advise that is no function', { advise: 'check it' }, 'advise'],
    ['revocation without an endpoint', { capabilities: { revocation: true } }, 'capabilities.revocation'],
    ['a capability that is misspelt', { capabilities: { refreshing: true } }, 'capabilities.refreshing'],
    ['a capability that is a word', { capabilities: { refresh: 'yes' } }, 'capabilities.refresh'],
    ['rotation of what is never used', { capabilities: { rotation: true } }, 'capabilities.rotation'],
    ['ID tokens without OpenID Connect', { capabilities: { idToken: true } }, 'capabilities.idToken'],
  ])('refuses %s', (_, change, name) => {
    expect(adviceFor(OAUTH2, change)).toContain(`- ${name}`)
  })

  it.each([
    ['HS256', { idTokenSignedResponseAlg: 'HS256' }, 'idTokenSignedResponseAlg'],
    ['unsigned ID tokens', { idTokenSignedResponseAlg: 'none' }, 'idTokenSignedResponseAlg'],
    [
      'an issuer with the path of its metadata',
      { issuer: 'https://op.example/.well-known/openid-configuration' },
      'issuer',
    ],
    ['an issuer with a query', { issuer: 'https://op.example?tenant=1' }, 'issuer'],
    ['an issuer with a fragment', { issuer: 'https://op.example#a' }, 'issuer'],
    ['an issuer over plain http', { issuer: 'http://op.example' }, 'issuer'],
    ['no issuer', { issuer: undefined }, 'issuer'],
    ['scopes without openid', { scope: ['profile'] }, 'scope'],
    ['userinfo that is neither', { userinfo: true }, 'userinfo'],
    ['a later auth_time as a boolean', { authTimeOnRefresh: true }, 'authTimeOnRefresh'],
    ['back-channel logout as a boolean', { backchannelLogout: true }, 'backchannelLogout'],
    ['front-channel logout as a boolean', { frontchannelLogout: true }, 'frontchannelLogout'],
    ['a way back over plain http', { postLogoutRedirectUri: 'http://app.example/bye' }, 'postLogoutRedirectUri'],
    ['audiences that are not a list', { additionalAudiences: 'other' }, 'additionalAudiences'],
    ['no ID tokens', { capabilities: { idToken: false } }, 'capabilities.idToken'],
    ['an endpoint over plain http', { endpoints: { endSession: 'http://op.example/end' } }, 'endpoints.endSession'],
    [
      'an endpoint it must not use',
      { endpoints: { endSession: 'https://op.example/end' }, capabilities: { endSession: false } },
      'capabilities.endSession',
    ],
  ])('refuses an OpenID Provider with %s', (_, change, name) => {
    expect(adviceFor(OIDC, change)).toContain(`- ${name}`)
  })

  it.each([
    'client_id',
    'redirect_uri',
    'response_type',
    'response_mode',
    'state',
    'nonce',
    'code_challenge',
    'code_challenge_method',
    'scope',
    'request',
    'request_uri',
  ])('does not let %s be replaced in the authorization request', (name) => {
    expect(adviceFor(OAUTH2, { authorizationParameters: { [name]: 'x' } })).toContain(`authorizationParameters.${name}`)
  })

  it('refuses an extra parameter that is not a string, which would be sent as "undefined"', () => {
    expect(adviceFor(OAUTH2, { authorizationParameters: { prompt: undefined } })).toContain(
      'authorizationParameters.prompt',
    )
  })

  it.each([
    ['a text', 'prompt=login'],
    ['a list', ['login']],
    ['null', null],
  ])('refuses %s for extra parameters, which would send something else or nothing', (_, authorizationParameters) => {
    expect(adviceFor(OAUTH2, { authorizationParameters })).toContain('authorizationParameters must be an object')
  })

  it('refuses an extra parameter without a name', () => {
    expect(adviceFor(OAUTH2, { authorizationParameters: { '': 'login' } })).toContain('a parameter without a name')
  })

  it.each([
    ['max_age', '1h'],
    ['max_age', ''],
    ['acr_values', ''],
    ['acr_values', 'gold  silver'],
  ])('refuses %s %j for an OpenID Provider: no ID token could ever show it', (name, value) => {
    const facts = { authorizationParameters: { [name]: value } }
    expect(adviceFor(OIDC, facts)).toContain(`authorizationParameters.${name} must be`)
    expect(adviceFor(OAUTH2, facts)).toBe('')
  })

  it('takes max_age and acr_values that can be shown', () => {
    expect(adviceFor(OIDC, { authorizationParameters: { max_age: '0', acr_values: 'gold urn:silver' } })).toBe('')
  })

  it('refuses to insist on iss without an issuer, or in words, or where discovery says it', () => {
    const name = 'authorizationResponseIssParameterSupported'
    expect(adviceFor(OAUTH2, { [name]: true })).toContain(`${name} needs issuer.`)
    expect(adviceFor(OAUTH2, { [name]: 'yes', issuer: 'https://as.example' })).toContain(
      `${name} must be true or false`,
    )
    expect(adviceFor(OAUTH2, { [name]: true, issuer: 'https://as.example' })).toBe('')
    expect(adviceFor(OIDC, { [name]: true })).toContain(`${name} is not a fact of a provider.`)
  })

  it.each([[undefined], [null], ['github']])('refuses what is no definition: %j', (facts) => {
    // @ts-expect-error a definition is an object
    expect(() => defineProvider(facts)).toThrow(/protocol must be/)
  })

  it('refuses a protocol that is neither', () => {
    expect(adviceFor(OAUTH2, { protocol: 'saml' })).toContain('protocol')
  })

  it('names every problem in one error, and the provider', () => {
    const attempt = () => defineProvider({ ...OAUTH2, clientId: '', timeout: 900, name: '' })
    expect(attempt).toThrow(expect.objectContaining({ code: 'config_invalid', provider: 'example' }))
    expect(attempt).toThrow(/name.*\n.*clientId.*\n.*timeout/)
  })

  it.each([
    { id: 'A/B', clientAuthentication: { method: 'client_secret_post', clientSecret: ` ${SECRET}` } },
    { clientAuthentication: { method: 'client_secret_jwt', clientSecret: SECRET } },
    { clientAuthentication: { method: 'private_key_jwt', privateKey: `-----BEGIN PRIVATE KEY-----\n${SECRET}` } },
    { endpoints: { authorization: `http://u:${SECRET}@as.example`, token: 'https://as.example/token' } },
  ])('prints no secret: %#', (change) => {
    const advice = adviceFor(OAUTH2, change)
    expect(advice).not.toBe('')
    expect(advice).not.toContain(SECRET)
  })
})

describe('private keys', () => {
  const pem = (key: { export(options: { type: 'pkcs8'; format: 'pem' }): string | Buffer }) =>
    String(key.export({ type: 'pkcs8', format: 'pem' }))
  const p256 = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  const p384 = pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)
  const ed25519 = pem(generateKeyPairSync('ed25519').privateKey)
  const rsa1024 = pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)
  const rsa2048 = pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
  const pss = pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey)
  const withKey = (privateKey: string, algorithm?: string) => ({
    clientAuthentication: { method: 'private_key_jwt', privateKey, algorithm },
  })

  it.each([
    ['ES256', p256],
    ['EdDSA', ed25519],
    ['RS256', rsa2048],
    ['PS256', rsa2048],
  ])('takes a key for %s', (algorithm, key) => {
    expect(adviceFor(OAUTH2, withKey(key, algorithm))).toBe('')
  })

  it.each([
    ['a key for another algorithm', withKey(p256, 'EdDSA'), 'privateKey'],
    ['a key of another curve', withKey(p384, 'ES256'), 'privateKey'],
    ['an EC key where RS256 is the default', withKey(p256), 'privateKey'],
    ['a symmetric algorithm', withKey(p256, 'HS256'), 'algorithm'],
    ['an RSA key that is too short', withKey(rsa1024), 'privateKey is too short'],
    [
      'an RSA key for PSS alone, which Web Crypto does not take',
      withKey(pss, 'PS256'),
      'privateKey is not a key for PS256',
    ],
    ['no key', withKey(''), 'privateKey'],
    [
      'an empty key id',
      { clientAuthentication: { method: 'private_key_jwt', privateKey: p256, algorithm: 'ES256', keyId: '' } },
      'keyId',
    ],
  ])('refuses %s', (_, change, name) => {
    expect(adviceFor(OAUTH2, change)).toContain(`clientAuthentication.${name}`)
  })
})

describe('loopback', () => {
  const onHost = (host: string): OAuth2Facts => ({
    ...OAUTH2,
    loopback: insecureLoopback,
    apiOrigins: [`http://${host}:9999`],
    endpoints: { authorization: `http://${host}:9999/authorize`, token: `http://${host}:9999/token` },
  })

  it.each(['localhost', '127.0.0.1', '127.8.9.10', '[::1]'])(
    'allows plain http to %s when asked for by name',
    (host) => {
      expect(defineProvider(onHost(host)).loopback).toBe(true)
    },
  )

  it.each(['as.example', '10.0.0.1', '192.168.1.1', 'localhost.example', '127.0.0.1.example', '[::2]', '0.0.0.0'])(
    'allows it to nobody else: %s',
    (host) => {
      expect(adviceFor(onHost(host), {})).toContain('endpoints.token must be https.')
    },
  )

  it('is off otherwise', () => {
    expect(defineProvider(OAUTH2).loopback).toBe(false)
  })

  it('is not needed for the redirect URI of an application that runs on loopback', () => {
    expect(adviceFor(OAUTH2, { redirectUri: 'http://localhost:3000/auth/callback/example' })).toBe('')
  })
})

describe('defaults', () => {
  it('completes an OAuth 2.0 provider', () => {
    expect(defineProvider(OAUTH2)).toMatchObject({
      protocol: 'oauth2',
      issuer: undefined,
      authorizationResponseIssParameterSupported: false,
      scope: [],
      scopeSeparator: ' ',
      authorizationParameters: {},
      codeChallengeMethod: 'S256',
      responseMode: 'query',
      loginParameters: [],
      apiOrigins: [],
      timeout: 10,
      capabilities: {
        refresh: false,
        rotation: false,
        revocation: false,
        endSession: false,
        idToken: false,
        pkce: true,
      },
    })
  })

  it('completes an OpenID Provider', () => {
    expect(defineProvider(OIDC)).toMatchObject({
      protocol: 'oidc',
      issuer: 'https://op.example',
      scope: ['openid'],
      idTokenSignedResponseAlg: 'RS256',
      additionalAudiences: [],
      userinfo: 'fetch',
      loginParameters: ['prompt', 'login_hint', 'max_age', 'acr_values', 'ui_locales'],
      capabilities: { refresh: true, rotation: false, revocation: true, endSession: true, idToken: true, pkce: true },
    })
  })

  it('takes revocation from the endpoint', () => {
    const provider = defineProvider({
      ...OAUTH2,
      endpoints: { ...OAUTH2.endpoints, revocation: 'https://as.example/r' },
    })
    expect(provider.capabilities.revocation).toBe(true)
  })

  it('takes undefined for absent', () => {
    const provider = defineProvider({ ...OAUTH2, timeout: undefined, capabilities: { pkce: undefined } })
    expect(provider.timeout).toBe(10)
    expect(provider.capabilities.pkce).toBe(true)
    expect('repair' in provider).toBe(false)
  })

  it('sends the verifier as the challenge only for plainCodeChallenge', () => {
    expect(defineProvider({ ...OAUTH2, codeChallengeMethod: plainCodeChallenge }).codeChallengeMethod).toBe('plain')
  })
})

describe('what comes out', () => {
  it.each([defineProvider(OAUTH2), defineProvider(OIDC)])('is frozen, all the way down: $protocol', (provider) => {
    for (const value of [provider, ...Object.values(provider)]) {
      expect(typeof value === 'function' || Object.isFrozen(value)).toBe(true)
    }
  })

  it('is a copy: what was given can change without it', () => {
    const scope = ['read']
    const provider = defineProvider({ ...OAUTH2, scope })
    scope.push('admin')
    expect(provider.scope).toEqual(['read'])
  })

  it.each([
    defineProvider(OAUTH2),
    defineProvider(OIDC),
    defineProvider({
      ...OAUTH2,
      clientAuthentication: { method: 'client_secret_basic', clientSecret: SECRET, encoding: 'raw' },
    }),
  ])('shows its secret to nobody who prints it: %#', (provider) => {
    const printed = [
      JSON.stringify(provider),
      inspect(provider, { depth: 9 }),
      inspect({ ...provider.clientAuthentication }),
    ]
    expect(printed.join()).not.toContain(SECRET)
  })

  it('gives its secret to those who ask for it by name', () => {
    const { clientAuthentication } = defineProvider(OAUTH2)
    expect(clientAuthentication.method === 'client_secret_post' && clientAuthentication.clientSecret).toBe(SECRET)
  })

  it('can be defined again from itself, under another name', () => {
    const { loopback: _, codeChallengeMethod: __, ...facts } = defineProvider(OAUTH2)
    const again = defineProvider({ ...facts, id: 'again' })
    expect(again.id).toBe('again')
    expect(again.clientAuthentication).toMatchObject({ method: 'client_secret_post' })
    expect('clientSecret' in again.clientAuthentication && again.clientAuthentication.clientSecret).toBe(SECRET)
  })
})

describe('types', () => {
  it('infers the id and the user', () => {
    const provider = defineProvider({
      ...OAUTH2,
      id: 'anilist',
      identify: async ({ accessToken }) => ({ id: accessToken, level: 3 }),
    })
    expectTypeOf(provider).toEqualTypeOf<OAuth2Provider<'anilist', { id: string; level: number }>>()
    const openId = defineProvider({
      ...OIDC,
      id: 'op',
      identify: async ({ claims }) => ({ id: String(claims['sub']) }),
    })
    expectTypeOf(openId).toEqualTypeOf<OidcProvider<'op', { id: string }>>()
  })

  it('does not compile what cannot be', () => {
    // @ts-expect-error: an OAuth 2.0 provider has endpoints
    expect(() => defineProvider({ ...OAUTH2, endpoints: undefined })).toThrow(GatewayError)
    // @ts-expect-error: an OpenID Provider has an issuer
    expect(() => defineProvider({ ...OIDC, issuer: undefined })).toThrow(GatewayError)
    // @ts-expect-error: danger is imported by name
    expect(() => defineProvider({ ...OAUTH2, loopback: true })).toThrow(GatewayError)
    // @ts-expect-error: danger is imported by name
    expect(() => defineProvider({ ...OAUTH2, codeChallengeMethod: 'plain' })).toThrow(GatewayError)
    // @ts-expect-error: HS* is not offered
    expect(() => defineProvider({ ...OIDC, idTokenSignedResponseAlg: 'HS256' })).toThrow(GatewayError)
    // @ts-expect-error: somebody has to say who signed in
    expect(() => defineProvider({ ...OIDC, identify: undefined })).toThrow(GatewayError)
  })
})
