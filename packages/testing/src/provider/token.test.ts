import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { json } from '../../test/json.ts'
import { authorize, exchange, post, REDIRECT_URI, refresh, signIn, type Tokens } from '../../test/provider-sign-in.ts'
import type { ScriptedClient } from './client.ts'
import { type ScriptedProvider, startScriptedProvider } from './scripted-provider.ts'

const VERIFIER = 'v'.repeat(43)
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
const S256 = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }

let time = Date.parse('2026-01-01')
let provider: ScriptedProvider
let client: ScriptedClient

beforeAll(async () => {
  provider = await startScriptedProvider({ now: () => time })
  client = provider.register({ redirectUris: [REDIRECT_URI], postLogoutRedirectUris: ['http://127.0.0.1:9/bye'] })
})
afterEach(() => provider.restore())
afterAll(() => provider.close())

const newCode = async (changes = {}) => (await authorize(provider, client, changes)).get('code') ?? ''
const userinfo = (token: string) =>
  fetch(provider.endpoints.userinfo, { headers: { authorization: `Bearer ${token}` } })

describe('a code', () => {
  it('is spent once, and a second use takes back what the first gave', async () => {
    const code = await newCode()
    const { access_token } = await json<Tokens>(exchange(provider, client, code))
    expect((await userinfo(access_token)).status).toBe(200)
    expect(await json(exchange(provider, client, code))).toMatchObject({ error: 'invalid_grant' })
    expect((await userinfo(access_token)).status).toBe(401)
  })

  it('is bound to its client, its redirect URI, its challenge and a minute', async () => {
    const other = provider.register({ redirectUris: [REDIRECT_URI] })
    expect((await exchange(provider, other, await newCode())).status).toBe(400)
    expect((await exchange(provider, client, await newCode(), { redirect_uri: 'http://x' })).status).toBe(400)
    expect((await exchange(provider, client, await newCode(S256))).status).toBe(400)
    expect((await exchange(provider, client, await newCode(S256), { code_verifier: 'w' })).status).toBe(400)
    expect((await exchange(provider, client, await newCode(), { code_verifier: VERIFIER })).status).toBe(400)
    expect((await exchange(provider, client, await newCode(S256), { code_verifier: VERIFIER })).status).toBe(200)
    const late = await newCode()
    time += 61_000
    expect((await exchange(provider, client, late)).status).toBe(400)
  })

  it('needs a challenge where the script asks for one, and none where it ignores them', async () => {
    provider.change({ codeChallenge: 'required' })
    expect((await authorize(provider, client)).get('error')).toBe('invalid_request')
    provider.change({ codeChallenge: 'ignored' })
    expect((await exchange(provider, client, await newCode(S256))).status).toBe(200)
  })
})

describe('a token response', () => {
  it('has what the specification asks for', async () => {
    const tokens = await signIn(provider, client)
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'openid profile' })
  })

  it('changes member by member', async () => {
    provider.change({ tokenResponse: { token_type: 'mac', expires_in: '3600abc', scope: undefined } })
    const tokens = await signIn(provider, client)
    expect(tokens).toMatchObject({ token_type: 'mac', expires_in: '3600abc' })
    expect(tokens).not.toHaveProperty('scope')
  })
})

describe('a refresh token', () => {
  it('rotates, and a second use of an old one revokes the whole family', async () => {
    const first = await signIn(provider, client)
    const second = await json<Tokens>(refresh(provider, client, first.refresh_token))
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(await json(refresh(provider, client, first.refresh_token))).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(provider, client, second.refresh_token)).status).toBe(400)
    expect((await userinfo(second.access_token)).status).toBe(401)
  })

  it('stays the same, unmentioned, in a provider that does not rotate', async () => {
    provider.change({ refreshTokens: 'static' })
    const { refresh_token } = await signIn(provider, client)
    expect(await json(refresh(provider, client, refresh_token))).not.toHaveProperty('refresh_token')
    expect((await refresh(provider, client, refresh_token)).status).toBe(200)
  })

  it('is not always given', async () => {
    provider.change({ refreshTokens: 'none' })
    expect(await signIn(provider, client)).not.toHaveProperty('refresh_token')
  })

  it('gives no more than was granted, and nothing to another client', async () => {
    const { refresh_token } = await signIn(provider, client)
    const other = provider.register({ redirectUris: [REDIRECT_URI] })
    expect((await refresh(provider, other, refresh_token)).status).toBe(400)
    const more = await refresh(provider, client, refresh_token, { scope: 'openid admin' })
    expect(await json(more)).toMatchObject({ error: 'invalid_scope' })
  })
})

describe('userinfo', () => {
  it('tells about the user of the token, for as long as it lives', async () => {
    const { access_token } = await signIn(provider, client)
    expect(await json(userinfo(access_token))).toMatchObject({ sub: 'user-1', name: 'Ada Example' })
    provider.change({ userinfo: { sub: 'somebody-else' } })
    expect(await json(userinfo(access_token))).toMatchObject({ sub: 'somebody-else', name: 'Ada Example' })
    time += 3_600_000
    const response = await userinfo(access_token)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('invalid_token')
  })
})

describe('revocation', () => {
  it('takes a refresh token and all that came of it', async () => {
    const { access_token, refresh_token } = await signIn(provider, client)
    expect((await post(provider.endpoints.revocation, client, { token: refresh_token })).status).toBe(200)
    expect((await userinfo(access_token)).status).toBe(401)
    expect((await refresh(provider, client, refresh_token)).status).toBe(400)
  })

  it('takes an access token alone', async () => {
    const { access_token, refresh_token } = await signIn(provider, client)
    await post(provider.endpoints.revocation, client, { token: access_token })
    expect((await userinfo(access_token)).status).toBe(401)
    expect((await refresh(provider, client, refresh_token)).status).toBe(200)
  })

  it('is content with tokens nobody knows, and leaves those of others alone', async () => {
    expect((await post(provider.endpoints.revocation, client, { token: 'unknown' })).status).toBe(200)
    const { access_token, refresh_token } = await signIn(provider, client)
    const other = provider.register({ redirectUris: [REDIRECT_URI] })
    for (const token of [access_token, refresh_token]) await post(provider.endpoints.revocation, other, { token })
    expect((await userinfo(access_token)).status).toBe(200)
  })
})

describe('the end of the session', () => {
  const end = (parameters: Record<string, string>) =>
    fetch(`${provider.endpoints.endSession}?${new URLSearchParams(parameters)}`, { redirect: 'manual' })

  it('goes where the client has registered, with its state, and ends what the hint names', async () => {
    const { id_token, refresh_token } = await signIn(provider, client)
    const response = await end({
      id_token_hint: id_token,
      post_logout_redirect_uri: 'http://127.0.0.1:9/bye',
      state: 'x',
    })
    expect(response.headers.get('location')).toBe('http://127.0.0.1:9/bye?state=x')
    expect((await refresh(provider, client, refresh_token)).status).toBe(400)
  })

  it('goes nowhere else', async () => {
    const response = await end({ client_id: client.id, post_logout_redirect_uri: 'http://evil.example/' })
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
    expect((await end({ id_token_hint: 'x' })).status).toBe(400)
    expect((await end({})).status).toBe(200)
  })
})
