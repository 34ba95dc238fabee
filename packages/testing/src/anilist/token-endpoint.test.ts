import { createHash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type AniListTokens,
  approvedCode,
  authorizationUrl,
  REDIRECT_URI,
  requestToken,
} from '../../test/anilist-sign-in.ts'
import { json } from '../../test/json.ts'
import { createBrowser } from '../browser/browser.ts'
import type { AniListClient } from './client.ts'
import type { Engine } from './engine.ts'
import { type StandInAniList, startStandInAniList } from './stand-in.ts'

const SECOND_URI = 'http://127.0.0.1:9/second'
const VERIFIER = 'v'.repeat(43)
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
const S256 = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }

const ENGINES = ['league-7', 'league-8', 'league-9'] as const

describe.each(ENGINES)('the token endpoint of %s', (engine: Engine) => {
  let time = Date.parse('2026-01-01')
  let anilist: StandInAniList
  let client: AniListClient
  let other: AniListClient
  const is = <T>(seven: T, eight: T, nine: T): T => ({ 'league-7': seven, 'league-8': eight, 'league-9': nine })[engine]

  beforeAll(async () => {
    anilist = await startStandInAniList({ engine, refreshToken: 'rotating', now: () => time })
    client = anilist.register({ redirectUris: [REDIRECT_URI, SECOND_URI] })
    other = anilist.register({ redirectUris: [REDIRECT_URI] })
  })
  afterAll(() => anilist.close())

  const refusal = async (response: Response) => {
    const { error, hint } = await json<Record<string, string>>(response)
    return [response.status, error, hint]
  }

  it('spends a code once', async () => {
    const code = await approvedCode(anilist, client)
    expect((await requestToken(anilist, client, code)).status).toBe(200)
    const again = await requestToken(anilist, client, code)
    const error = is('invalid_request', 'invalid_request', 'invalid_grant')
    expect(await refusal(again)).toEqual([400, error, 'Authorization code has been revoked'])
  })

  it('lets a code expire after ten minutes', async () => {
    const code = await approvedCode(anilist, client)
    time += 600_001
    const error = is('invalid_request', 'invalid_request', 'invalid_grant')
    const answer = await requestToken(anilist, client, code)
    expect(await refusal(answer)).toEqual([400, error, 'Authorization code has expired'])
  })

  it('knows its own codes', async () => {
    const error = is('invalid_request', 'invalid_request', 'invalid_grant')
    const answer = await requestToken(anilist, client, 'def50200')
    expect(await refusal(answer)).toEqual([400, error, 'Cannot decrypt the authorization code'])
  })

  it('gives nobody the code of another client', async () => {
    const answer = await requestToken(anilist, other, await approvedCode(anilist, client))
    expect(await refusal(answer)).toEqual([400, 'invalid_request', 'Authorization code was not issued to this client'])
  })

  it('calls an unregistered redirect URI what the version calls it', async () => {
    const answer = await requestToken(anilist, client, await approvedCode(anilist, client), {
      redirect_uri: 'http://127.0.0.1:9/elsewhere',
    })
    const client401 = [401, 'invalid_client', undefined]
    expect(await refusal(answer)).toEqual(is(client401, client401, [400, 'invalid_request', 'Invalid redirect URI']))
  })

  it('wants the redirect URI of the authorization request', async () => {
    const code = await approvedCode(anilist, client)
    const second = await requestToken(anilist, client, code, { redirect_uri: SECOND_URI })
    expect(await refusal(second)).toEqual([400, 'invalid_request', 'Invalid redirect URI'])
    const none = await requestToken(anilist, client, code, { redirect_uri: undefined })
    expect(await refusal(none)).toEqual([400, 'invalid_request', 'Check the `redirect_uri` parameter'])
    expect((await requestToken(anilist, client, code)).status).toBe(200)
  })

  it('does not know unknown clients and wrong secrets', async () => {
    const code = await approvedCode(anilist, client)
    for (const changes of [{ client_id: '1' }, { client_secret: 'wrong' }]) {
      const answer = await requestToken(anilist, client, code, changes)
      expect(answer.headers.get('www-authenticate')).toBe(is('Basic realm="OAuth"', null, null))
      expect(await refusal(answer)).toEqual([401, 'invalid_client', undefined])
    }
  })

  it('calls a missing secret what the version calls it', async () => {
    const answer = await requestToken(anilist, client, 'x', { client_secret: undefined })
    const client401 = [401, 'invalid_client', undefined]
    const request400 = [400, 'invalid_request', 'Check the `client_secret` parameter']
    expect(await refusal(answer)).toEqual(is(client401, client401, request400))
  })

  it('takes Basic credentials raw, and challenges those who use them', async () => {
    const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` })
    const fromHeader = { client_id: undefined, client_secret: undefined }
    const code = await approvedCode(anilist, client)
    const wrong = await requestToken(anilist, client, code, fromHeader, basic(`${client.id}:wrong`))
    expect(wrong.status).toBe(401)
    expect(wrong.headers.get('www-authenticate')).toBe('Basic realm="OAuth"')
    const encoded = client.secret.replace(/[0-9]/g, (digit) => `%3${digit}`)
    const decodes = await requestToken(anilist, client, code, fromHeader, basic(`${client.id}:${encoded}`))
    expect(decodes.status).toBe(401)
    const right = await requestToken(anilist, client, code, fromHeader, basic(`${client.id}:${client.secret}`))
    expect(right.status).toBe(200)
  })

  it('takes JSON as well as a form', async () => {
    const code = await approvedCode(anilist, client)
    const response = await fetch(anilist.tokenEndpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({
        grant_type: 'authorization_code',
        client_id: client.id,
        client_secret: client.secret,
        redirect_uri: REDIRECT_URI,
        code,
      }),
    })
    expect(response.status).toBe(200)
  })

  it('puts its errors in the members of its version', async () => {
    const answer = requestToken(anilist, client, 'x', { grant_type: undefined })
    const body = await json<Record<string, string>>(answer)
    expect(Object.keys(body)).toEqual(
      is(
        ['error', 'message', 'hint'],
        ['error', 'error_description', 'hint', 'message'],
        ['error', 'error_description', 'hint'],
      ),
    )
    expect(body.error).toBe('unsupported_grant_type')
  })

  it('answers success in the shape of the engine', async () => {
    const response = await requestToken(anilist, client, await approvedCode(anilist, client))
    expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('pragma')).toBe('no-cache')
    const body = await json<AniListTokens>(response)
    expect(Object.keys(body)).toEqual(['token_type', 'expires_in', 'access_token', 'refresh_token'])
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 31_536_000 })
    expect(body.refresh_token).toMatch(/^def50200/)
  })

  it('signs tokens as the engine does', async () => {
    const code = await approvedCode(anilist, client)
    const { access_token } = await json<AniListTokens>(requestToken(anilist, client, code))
    const header = decodeProtectedHeader(access_token)
    const claims = decodeJwt<{ iat: number; exp: number }>(access_token)
    expect(Object.keys(header)).toEqual(is(['typ', 'alg', 'jti'], ['typ', 'alg'], ['typ', 'alg']))
    expect(header).toMatchObject({ typ: 'JWT', alg: 'RS256' })
    expect(Object.keys(claims)).toEqual(['aud', 'jti', 'iat', 'nbf', 'exp', 'sub', 'scopes'])
    expect(claims).toMatchObject({ aud: client.id, sub: '7100001', scopes: [] })
    expect(claims.jti).toMatch(/^[0-9a-f]{80}$/)
    expect(claims.exp - claims.iat).toBeCloseTo(31_536_000, 3)
    expect(Number.isInteger(claims.iat)).toBe(is(true, false, false))
  })

  it('verifies a code challenge only in newer versions', async () => {
    const wrong = await requestToken(anilist, client, await approvedCode(anilist, client, S256), {
      code_verifier: 'w'.repeat(43),
    })
    const refused = [400, 'invalid_grant', 'Failed to verify `code_verifier`.']
    expect(wrong.ok ? 'ignored' : await refusal(wrong)).toEqual(is<unknown>('ignored', refused, refused))
    const none = await requestToken(anilist, client, await approvedCode(anilist, client, S256))
    expect(none.status).toBe(is(200, 400, 400))
    const unasked = await requestToken(anilist, client, await approvedCode(anilist, client), {
      code_verifier: VERIFIER,
    })
    expect(unasked.status).toBe(is(200, 400, 400))
    const right = await requestToken(anilist, client, await approvedCode(anilist, client, S256), {
      code_verifier: VERIFIER,
    })
    expect(right.status).toBe(200)
  })

  it('takes another port of 127.0.0.1 only in newer versions', async () => {
    const elsewhere = REDIRECT_URI.replace(':9', ':10')
    const page = await createBrowser().navigate(authorizationUrl(anilist, other, { redirect_uri: elsewhere }))
    expect(page.status).toBe(is(401, 200, 200))
  })

  it('rotates refresh tokens and takes none twice', async () => {
    const code = await approvedCode(anilist, client)
    const first = await json<AniListTokens>(requestToken(anilist, client, code))
    const use = (token: string) =>
      requestToken(anilist, client, '', { grant_type: 'refresh_token', refresh_token: token, code: undefined })
    const second = await json<AniListTokens>(use(first.refresh_token))
    expect(second.refresh_token).not.toBe(first.refresh_token)
    const bad = is([401, 'invalid_request'], [401, 'invalid_request'], [400, 'invalid_grant'])
    expect(await refusal(await use(first.refresh_token))).toEqual([...bad, 'Token has been revoked'])
    expect(await refusal(await use('garbage'))).toEqual([...bad, 'Cannot decrypt the refresh token'])
    expect((await use(second.refresh_token)).status).toBe(200)
  })

  it('answers POST only', async () => {
    expect((await fetch(anilist.tokenEndpoint)).status).toBe(405)
  })
})

describe('a stand-in as it comes', () => {
  it('gives out no refresh token, as AniList says', async () => {
    const anilist = await startStandInAniList({ clients: [{ redirectUris: [REDIRECT_URI] }] })
    const [client] = anilist.clients
    if (client === undefined) throw new Error('The client is registered')
    const code = await approvedCode(anilist, client)
    const body = await json<AniListTokens>(requestToken(anilist, client, code))
    expect(Object.keys(body)).toEqual(['token_type', 'expires_in', 'access_token'])
    expect(anilist.requestsTo('token')).toHaveLength(1)
    expect(anilist.requestsTo('token')[0]?.form.get('client_id')).toBe(client.id)
    await anilist.close()
  })
})
