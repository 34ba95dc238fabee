import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { codeGrant } from '../../test/code-grant.ts'
import { failureOf } from '../../test/failure.ts'
import { json, type LocalServer, type Respond, startServer, text } from '../../test/local-server.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import type { OAuth2Provider } from '../provider/provider.ts'
import { createProviderClient } from './provider-client.ts'

let server: LocalServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const usual = { access_token: 'token-1', token_type: 'Bearer' }

async function exchange(respond: Respond, grant = codeGrant, facts: Partial<OAuth2Provider> = {}) {
  server.on('/token', respond)
  const provider = oauth2Provider(server.origin, { scope: ['asked'], ...facts })
  const client = createProviderClient(provider, { fetch, now: Date.now })
  return client.exchange(await client.metadata(), grant)
}

function sent(): URLSearchParams {
  return new URLSearchParams(server.receivedAt('/token')[0]?.body)
}

afterEach(() => vi.unstubAllGlobals())

it('succeeds also where tokens are revoked at the address that gives them', async () => {
  const endpoints = {
    authorization: server.origin,
    token: `${server.origin}/token`,
    revocation: `${server.origin}/token`,
  }
  expect(await exchange(json(200, usual), codeGrant, { endpoints })).toMatchObject({ accessToken: 'token-1' })
  const client = createProviderClient(oauth2Provider(server.origin, { endpoints }), { fetch, now: Date.now })
  server.on('/token', text(200, ''))
  await client.revoke(await client.metadata(), 'token-1', 'access_token')
  expect(server.receivedAt('/token').at(-1)?.body).toContain('token_type_hint=access_token')
})

it('succeeds also where a server has replaced the global Response by one whose json cannot be written', async () => {
  class Replaced extends Response {}
  Object.defineProperty(Replaced.prototype, 'json', { value: () => Promise.reject(new Error('not of this one')) })
  vi.stubGlobal('Response', Replaced)
  expect(await exchange(json(200, usual))).toMatchObject({ accessToken: 'token-1' })
})

describe('the request', () => {
  it('is a form post with what RFC 6749 asks for, and the secret', async () => {
    await exchange(json(200, usual))
    const [request] = server.receivedAt('/token')
    expect(request?.method).toBe('POST')
    expect(request?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded\b/)
    expect(request?.headers.accept).toBe('application/json')
    expect(Object.fromEntries(sent())).toEqual({
      grant_type: 'authorization_code',
      code: codeGrant.code,
      redirect_uri: codeGrant.redirectUri,
      code_verifier: codeGrant.codeVerifier,
      client_id: 'client-1',
      client_secret: 'canary-client-secret',
    })
  })

  it.each([
    'https://app.example',
    'https://app.example/callback?tenant=1&x=%20y',
    'https://APP.example:443/callback',
    'https://app.example/call back/',
  ])('repeats the redirect URI %s byte for byte', async (redirectUri) => {
    await exchange(json(200, usual), { ...codeGrant, redirectUri })
    expect(sent().get('redirect_uri')).toBe(redirectUri)
  })

  it.each(['', 'short', 'a'.repeat(42), 'a'.repeat(129), `${'a'.repeat(43)} `])(
    'is not sent with the code verifier %j: the library would leave PKCE out',
    async (codeVerifier) => {
      const failure = await failureOf(exchange(json(200, usual), { ...codeGrant, codeVerifier }))
      expect(failure.code).toBe('internal_error')
      expect(server.received).toHaveLength(0)
    },
  )

  it.each([
    ['refusal', json(400, { error: 'invalid_grant' })],
    ['outage', text(503, '')],
    ['overload', text(429, '', { 'retry-after': '1' })],
    ['broken connection', (response) => void response.destroy()],
    ['answer nobody can read', text(200, '<html>')],
  ] satisfies [string, Respond][])('is sent once, also after a %s', async (_what, respond) => {
    await failureOf(exchange(respond))
    expect(server.receivedAt('/token')).toHaveLength(1)
  })
})

describe('an answer that is a success', () => {
  it('is read by name, with the names of this code', async () => {
    const answer = { ...usual, expires_in: 3600, refresh_token: 'refresh-1', scope: 'a b', extra: { deep: true } }
    expect(await exchange(json(200, answer))).toEqual({
      accessToken: 'token-1',
      expiresIn: 3600,
      refreshToken: 'refresh-1',
      idToken: undefined,
      scope: ['a', 'b'],
      claims: {},
    })
  })

  it('grants what was asked for when it names no scope, and nothing when it names none', async () => {
    expect((await exchange(json(200, usual))).scope).toEqual(['asked'])
    expect((await exchange(json(200, { ...usual, scope: '' }))).scope).toEqual([])
  })

  it.each([
    ['an ID token of somebody else', { id_token: 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2V2aWwifQ.' }],
    ['empty members', { refresh_token: '', expires_in: null, scope: null }],
  ])('of a provider without OpenID Connect may hold %s', async (_what, members) => {
    const tokens = await exchange(json(200, { ...usual, ...members }))
    expect(tokens).toMatchObject({ accessToken: 'token-1', idToken: undefined, claims: {}, scope: ['asked'] })
  })

  it.each([
    ['no type at all', text(200, JSON.stringify(usual))],
    ['a coding that changes nothing', json(200, usual, { 'content-encoding': 'identity' })],
    ['an error that is empty', json(200, { ...usual, error: '' })],
    ['an error that is null', json(200, { ...usual, error: null })],
    ['a challenge beside it', json(200, usual, { 'www-authenticate': 'Bearer' })],
  ])('may come with %s', async (_what, respond) => {
    expect((await exchange(respond)).accessToken).toBe('token-1')
  })

  it.each([
    '',
    'text/plain',
    'text/json',
    'text/javascript;charset=iso-8859-1',
    'application/x-javascript',
    'application/token+json',
    ' Application/JSON ; Charset="UTF-8"',
  ])('may be labelled %j', async (type) => {
    const respond = text(200, JSON.stringify(usual), { 'content-type': type })
    expect((await exchange(respond)).accessToken).toBe('token-1')
  })

  it('changes no prototype', async () => {
    const body = '{"access_token":"token-1","token_type":"bearer","__proto__":{"isAdmin":true}}'
    const tokens = await exchange(text(200, body))
    expect(tokens).not.toHaveProperty('isAdmin')
    expect({}).not.toHaveProperty('isAdmin')
  })
})

describe('an answer that is none', () => {
  it.each([
    ['in a coding nobody knows', json(200, usual, { 'content-encoding': 'rot13' })],
    ['with an error beside the token', json(200, { ...usual, error: 'invalid_grant' })],
    ['behind a byte order mark', text(200, `\ufeff${JSON.stringify(usual)}`)],
    ['with two tokens', text(200, '{"access_token":"token-0","token_type":"bearer","access_token":"token-1"}')],
    ['with scopes in a list', json(200, { ...usual, scope: ['asked'] })],
    ['HTML', text(200, '<!doctype html><title>Log in</title>', { 'content-type': 'text/html' })],
    ['nothing', text(200, '')],
    ['a truncated object', text(200, '{"access_token":"tok')],
    ['an array', json(200, [usual])],
    ['a number', json(200, 5)],
    ['null', json(200, null)],
    ['100,000 levels of nesting', text(200, `{"access_token":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
    ['201 and tokens', json(201, usual)],
    ['202 and tokens', json(202, usual)],
    ['204', text(204, '')],
    ['no token type', json(200, { access_token: 'token-1' })],
    ['the token type mac', json(200, { ...usual, token_type: 'mac' })],
    ['the token type DPoP, which was not asked for', json(200, { ...usual, token_type: 'DPoP' })],
    ['a token that breaks a header', json(200, { ...usual, access_token: 'AT\r\nX: 1' })],
    ['no token', json(200, { token_type: 'bearer' })],
  ])('fails on the operator: %s', async (_what, respond) => {
    expect((await failureOf(exchange(respond))).code).toBe('provider_response_invalid')
  })

  it.each([
    'text/html',
    'image/png',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'application/jwt',
    'application/jsonp',
    'application/json, text/html',
    'application/json; charset=utf-16',
    'application/json; x=y; charset="UTF-32LE"',
  ])('fails on the operator: labelled %s', async (type) => {
    const respond = text(200, JSON.stringify(usual), { 'content-type': type })
    expect((await failureOf(exchange(respond))).code).toBe('provider_response_invalid')
  })

  it('reads an error that hides behind a challenge', async () => {
    const respond = json(401, { error: 'invalid_grant' }, { 'www-authenticate': 'Basic realm="x"' })
    expect(await failureOf(exchange(respond))).toMatchObject({ code: 'code_refused', oauthError: 'invalid_grant' })
  })

  it.each(['Application/JSON', 'application/problem+json', 'text/plain', 'application/json ;charset=utf-8'])(
    'reads an error of the type %s',
    async (type) => {
      const respond = text(400, '{"error":"invalid_grant"}', { 'content-type': type })
      expect((await failureOf(exchange(respond))).code).toBe('code_refused')
    },
  )

  it('reads an error that comes with 200', async () => {
    const respond = json(200, { error: 'bad_verification_code', error_description: 'canary' })
    expect(await failureOf(exchange(respond))).toMatchObject({ code: 'code_refused', providerStatus: 200 })
  })

  it('knows a firewall when it sees one', async () => {
    const respond = text(403, '<html><title>Just a moment...</title></html>', { 'content-type': 'text/html' })
    expect((await failureOf(exchange(respond))).code).toBe('provider_blocked')
  })
})
