import { type Browser, startScriptedProvider } from '@postern/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADAPTERS } from './application.ts'
import {
  expectRefusal,
  isSignedIn,
  type LogoutTokenStage,
  type ScriptedProviders,
  setUpLogoutTokens,
  type TokenChanges,
  tokenForm,
} from './logout-token-stage.ts'

let providers: ScriptedProviders

beforeAll(async () => {
  const [op, other] = await Promise.all([
    startScriptedProvider({ hostname: 'localhost' }),
    startScriptedProvider({ hostname: 'localhost' }),
  ])
  providers = { op, other }
})

afterAll(() => Promise.all([providers.op.close(), providers.other.close()]))

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

const nowInSeconds = (): number => Math.floor(Date.now() / 1000)

// The RP tests of the OpenID conformance suite for back-channel logout.
const CONFORMANCE: readonly (readonly [what: string, wrong: () => TokenChanges])[] = [
  ['a bad signature', () => ({ signWith: 'unpublished-key' })],
  ['a wrong iss', () => ({ claims: { iss: `${providers.op.issuer}INVALID` } })],
  ['a wrong aud', () => ({ claims: { aud: 'somebody-else' } })],
  ['alg none', () => ({ signWith: 'nothing' })],
  ['another alg, though its key is published', () => ({ algorithm: 'ES256' })],
  ['no event', () => ({ claims: { events: undefined } })],
  ['another event', () => ({ claims: { events: { 'http://schemas.openid.net/event/foobar': {} } } })],
  ['a nonce', () => ({ claims: { nonce: 'any' } })],
]

const FURTHER: readonly (readonly [what: string, wrong: () => TokenChanges])[] = [
  ['a signature by HS256 with the client secret', () => ({ signWith: 'client-secret' })],
  ['a signature by HS256 with the public key', () => ({ signWith: 'public-key' })],
  ['an octet of its signature changed', () => ({ tamper: (token) => flipLast(token) })],
  ['no signature', () => ({ tamper: (token) => token.slice(0, token.lastIndexOf('.') + 1) })],
  ['a part too many', () => ({ tamper: (token) => `${token}.${token}` })],
  [
    'a key that it brings along',
    () => ({ signWith: 'unpublished-key', header: { jwk: { kty: 'RSA' }, kid: undefined } }),
  ],
  ['an unknown extension', () => ({ header: { crit: ['exp'] } })],
  ['the type of an access token', () => ({ header: { typ: 'at+jwt' } })],
  ['a type that is no string', () => ({ header: { typ: ['logout+jwt'] } })],
  ['an audience beside the client', () => ({ claims: (right) => ({ ...right, aud: [right['aud'], 'evil'] }) })],
  ['no aud', () => ({ claims: { aud: undefined } })],
  ['no iss', () => ({ claims: { iss: undefined } })],
  ['no iat', () => ({ claims: { iat: undefined } })],
  ['no exp', () => ({ claims: { exp: undefined } })],
  ['an exp in the past', () => ({ claims: { exp: nowInSeconds() - 60 } })],
  ['an iat an hour ahead', () => ({ claims: { iat: nowInSeconds() + 3600, exp: nowInSeconds() + 7200 } })],
  ['an iat of yesterday', () => ({ claims: { iat: nowInSeconds() - 86_400 } })],
  ['an iat that is text', () => ({ claims: { iat: String(nowInSeconds()) } })],
  ['events of the old draft', () => ({ claims: { events: [EVENT] } })],
  ['events that are text', () => ({ claims: { events: EVENT } })],
  ['events that are null', () => ({ claims: { events: null } })],
  ['an event that is null', () => ({ claims: { events: { [EVENT]: null } } })],
  ['an event that is a list', () => ({ claims: { events: { [EVENT]: [] } } })],
  ['a nonce that is null', () => ({ claims: { nonce: null } })],
  ['no jti', () => ({ claims: { jti: undefined } })],
  ['neither sub nor sid', () => ({ claims: { sub: undefined, sid: undefined } })],
  ['a sub that is a number', () => ({ claims: { sub: 1, sid: undefined } })],
  ['a sid that is an object', () => ({ claims: { sub: undefined, sid: {} } })],
  ['a sid that is a list beside a right sub', () => ({ claims: { sid: ['sid-ada'] } })],
]

function flipLast(token: string): string {
  return token.slice(0, -10) + (token.at(-10) === 'A' ? 'B' : 'A') + token.slice(-9)
}

describe.each(ADAPTERS)('a logout token that does not hold, on %s', (adapter) => {
  let stage: LogoutTokenStage
  let ada: Browser

  beforeAll(async () => {
    stage = await setUpLogoutTokens(adapter, providers)
    ada = await stage.signIn('ada', 'sid-ada')
  })

  afterAll(() => stage.app.close())

  it.each([...CONFORMANCE, ...FURTHER])('because it has %s ends nothing', async (_, wrong) => {
    expectRefusal(await stage.logOut({ subject: 'ada', sid: 'sid-ada', ...wrong() }))
    expect(await isSignedIn(ada)).toBe(true)
  })

  it('because it is an ID token ends nothing', async () => {
    const claims = { events: undefined, nonce: 'of-a-sign-in', jti: undefined, auth_time: nowInSeconds() }
    expectRefusal(await stage.logOut({ subject: 'ada', sid: 'sid-ada', claims, header: { typ: 'JWT' } }))
    expect(await isSignedIn(ada)).toBe(true)
  })

  it.each<readonly [string, () => Promise<Response>, number]>([
    ['nothing at all', () => stage.post(undefined), 400],
    ['a form without it', () => stage.post(new URLSearchParams({ token: 'x' })), 400],
    ['an empty one', () => stage.post(tokenForm('')), 400],
    ['what is no JWT', () => stage.post(tokenForm('no.jwt')), 400],
    ['what is no JWT and long', () => stage.post(tokenForm('x'.repeat(60_000))), 400],
    ['more than 64 KiB', () => stage.post(tokenForm('x'.repeat(1_000_000))), 413],
    ['two of them', async () => twice(await rightToken()), 400],
    ['JSON', async () => stage.post(JSON.stringify({ logout_token: await rightToken() }), JSON_TYPE), 400],
    ['a multipart form', async () => stage.post(multipart(await rightToken())), 400],
  ])('because the request holds %s ends nothing', async (_, send, status) => {
    expectRefusal(await send(), status)
    expect(await isSignedIn(ada)).toBe(true)
  })

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])('because it comes by %s ends nothing', async (method) => {
    const query = tokenForm(await rightToken())
    const answer = await fetch(`${stage.app.origin}/auth/backchannel-logout/op?${query}`, { method })
    expectRefusal(answer, 405)
    expect(answer.headers.get('allow')).toBe('POST')
    expect(await isSignedIn(ada)).toBe(true)
  })

  it('is nobody’s business but this provider’s', async () => {
    for (const path of ['other', 'nobody', '']) {
      const url = `${stage.app.origin}/auth/backchannel-logout/${path}`
      const { status } = await fetch(url, { method: 'POST', body: tokenForm(await rightToken()) })
      expect(status).toBe(path === 'other' ? 400 : 404)
    }
    expect(await isSignedIn(ada)).toBe(true)
  })

  // The last one, so that all those before have had something to end.
  it('is not like one that does', async () => {
    expect((await stage.post(tokenForm(await rightToken()))).status).toBe(200)
    expect(await isSignedIn(ada)).toBe(false)
  })

  const JSON_TYPE = { 'content-type': 'application/json' }
  const rightToken = () => providers.op.logoutToken({ clientId: stage.clientId, subject: 'ada', sid: 'sid-ada' })
  const twice = (token: string) =>
    stage.post(`${tokenForm(token)}&${tokenForm(token)}`, { 'content-type': 'application/x-www-form-urlencoded' })
  const multipart = (token: string): FormData => {
    const data = new FormData()
    data.set('logout_token', token)
    return data
  }
})
