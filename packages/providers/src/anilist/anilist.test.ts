import { GatewayError, insecureLoopback } from '@postern/core'
import { providerContract } from '@postern/testing'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { contextOf, type ScriptedApi, startApi } from '../../test/scripted-api.ts'
import { type AniListUser, anilist } from './index.ts'

const CREDENTIALS = { clientId: '1234', clientSecret: 'a-client-secret' }

/** Seconds that the core's errors say when nothing better is known. */
const WHEN_UNKNOWN = new GatewayError('provider_unavailable').retryAfter

/** The example of AniList's documentation, with the members our query asks for. */
const VIEWER = {
  data: {
    Viewer: {
      id: 542244,
      name: 'ada',
      avatar: { large: 'https://s4.anilist.co/file/anilistcdn/user/avatar/large/b542244.png' },
      siteUrl: 'https://anilist.co/user/ada',
    },
  },
}

const ADA: AniListUser = {
  id: '542244',
  name: 'ada',
  picture: 'https://s4.anilist.co/file/anilistcdn/user/avatar/large/b542244.png',
  url: 'https://anilist.co/user/ada',
}

describe('the provider contract', () => {
  for (const { name, run } of providerContract({ id: 'anilist', define: anilist, sample: VIEWER, user: ADA })) {
    it(name, run)
  }
})

describe('the AniList preset', () => {
  it('states the facts of AniList', () => {
    expect(anilist(CREDENTIALS)).toMatchObject({
      protocol: 'oauth2',
      id: 'anilist',
      issuer: 'https://anilist.co',
      endpoints: {
        authorization: 'https://anilist.co/api/v2/oauth/authorize',
        token: 'https://anilist.co/api/v2/oauth/token',
        userinfo: 'https://graphql.anilist.co',
      },
      scope: [],
      codeChallengeMethod: 'S256',
      apiOrigins: ['https://graphql.anilist.co'],
      manageAccessUrl: 'https://anilist.co/settings/apps',
      clientAuthentication: { method: 'client_secret_post' },
      capabilities: {
        refresh: false,
        rotation: false,
        revocation: false,
        endSession: false,
        idToken: false,
        pkce: false,
      },
    })
  })

  it('sends the redirect URI as it is registered, byte for byte', () => {
    const redirectUri = 'https://app.example:443/auth/callback/anilist?x=%41'
    expect(anilist({ ...CREDENTIALS, redirectUri }).redirectUri).toBe(redirectUri)
  })

  it('keeps the id it is given, in its type too', () => {
    const provider = anilist({ ...CREDENTIALS, id: 'anime' })
    expectTypeOf(provider.id).toEqualTypeOf<'anime'>()
    expectTypeOf(anilist(CREDENTIALS).id).toEqualTypeOf<'anilist'>()
    expect(provider.id).toBe('anime')
  })

  it('says what to check when AniList refuses the client, which is how it refuses a redirect URI', () => {
    const advice = anilist(CREDENTIALS).advise?.({ step: 'token', status: 401, oauthError: 'invalid_client' })
    expect(advice).toContain('Check the redirect URI registered at anilist.co/settings/developer')
  })

  it('says what to check when AniList calls the redirect URI invalid, which is what it calls an old code, too', () => {
    const advice = anilist(CREDENTIALS).advise?.({ step: 'token', status: 400, oauthError: 'invalid_request' })
    expect(advice).toContain('every time, check the redirect URI registered at anilist.co/settings/developer')
  })

  it('has nothing to say of a person who declined', () => {
    const failure = { step: 'authorization', status: undefined, oauthError: 'access_denied' } as const
    expect(anilist(CREDENTIALS).advise?.(failure)).toBeUndefined()
  })
})

describe('asking AniList who signed in', () => {
  let api: ScriptedApi
  beforeAll(async () => {
    api = await startApi()
  })
  afterAll(() => api.close())

  const provider = (options = {}) =>
    anilist({ ...CREDENTIALS, loopback: insecureLoopback, endpoints: { userinfo: api.address }, ...options })

  const failure = (): Promise<GatewayError> =>
    provider()
      .identify(contextOf('the-token'))
      .then(
        () => expect.unreachable('somebody was identified'),
        (error: GatewayError) => error,
      )

  it('asks for the viewer, with the token, a truthful Referer and a User-Agent', async () => {
    api.answerWith({ status: 200, body: VIEWER })
    expect(await provider().identify(contextOf('the-token'))).toEqual(ADA)
    const { method, headers, body } = api.requests.at(-1) ?? expect.unreachable()
    expect(method).toBe('POST')
    expect(JSON.parse(body)).toEqual({ query: '{ Viewer { id name avatar { large } siteUrl } }' })
    expect(headers).toMatchObject({
      authorization: 'Bearer the-token',
      'content-type': 'application/json',
      accept: 'application/json',
      referer: 'https://app.example/',
      'user-agent': 'Postern (+https://app.example)',
    })
  })

  it('sends the Referer and the User-Agent that were chosen, on API calls of the application too', async () => {
    api.answerWith({ status: 200, body: VIEWER })
    const chosen = provider({ userAgent: 'Shelf/2.1', referer: 'https://shelf.example/' })
    await chosen.identify(contextOf('the-token'))
    const expected = { referer: 'https://shelf.example/', 'user-agent': 'Shelf/2.1' }
    expect(api.requests.at(-1)?.headers).toMatchObject(expected)
    expect(chosen.apiHeaders?.('https://app.example')).toEqual(expected)
  })

  it('does without a name and a picture, but not without an id', async () => {
    api.answerWith({ status: 200, body: { data: { Viewer: { id: 7, name: null, avatar: null } } } })
    expect(await provider().identify(contextOf('the-token'))).toEqual({ id: '7' })
  })

  const graphqlError = (message: string, status: number) => ({ errors: [{ message, status }], data: null })

  it.each([
    ['a 200 with errors', 'profile_invalid', 200, graphqlError('Internal Server Error', 500)],
    ['a 200 with errors beside a viewer', 'profile_invalid', 200, { ...VIEWER, errors: [{ message: 'x' }] }],
    ['a 200 with an HTML page', 'profile_invalid', 200, '<!DOCTYPE html><title>Just a moment...</title>'],
    ['a 200 without a viewer', 'profile_invalid', 200, { data: { Viewer: null } }],
    ['a 200 with an id of 0', 'profile_invalid', 200, { data: { Viewer: { id: 0 } } }],
    ['a 200 with an id in quotes', 'profile_invalid', 200, { data: { Viewer: { id: '7' } } }],
    ['a 400 that calls the token invalid', 'sign_in_required', 400, graphqlError('Invalid token', 400)],
    ['a 401', 'sign_in_required', 401, graphqlError('Unauthorized.', 401)],
    ['another 400', 'provider_response_invalid', 400, graphqlError('Syntax Error', 400)],
    ['a 404', 'provider_response_invalid', 404, graphqlError('Not Found.', 404)],
    ['the 403 of an outage', 'provider_unavailable', 403, graphqlError('The AniList API has been disabled', 403)],
    ['the 403 page of Cloudflare', 'provider_blocked', 403, '<!DOCTYPE html><title>Just a moment...</title>'],
    ['a 429', 'provider_unavailable', 429, graphqlError('Too Many Requests.', 429)],
    ['a 500', 'provider_unavailable', 500, graphqlError('Internal Server Error', 500)],
    ['the page of a broken proxy', 'provider_unavailable', 502, '<html>Bad gateway</html>'],
  ] as const)('turns %s into %s', async (_, code, status, body) => {
    api.answerWith({ status, body })
    expect(await failure()).toMatchObject({ code, provider: 'anilist' })
  })

  it('recognises a challenge by its header, whatever the status', async () => {
    api.answerWith({ status: 503, headers: { 'cf-mitigated': 'challenge' }, body: '<title>Just a moment...</title>' })
    expect(await failure()).toMatchObject({ code: 'provider_blocked', class: 'transient' })
  })

  it.each([
    ['30', 30],
    ['0', 1],
    ['999999', 3600],
    ['Wed, 21 Oct 2026 07:28:00 GMT', WHEN_UNKNOWN],
    ['-5', WHEN_UNKNOWN],
  ])('says when to come back, within reason: %s', async (value, retryAfter) => {
    api.answerWith({ status: 429, headers: { 'retry-after': value }, body: {} })
    expect(await failure()).toMatchObject({ retryAfter, providerStatus: 429 })
  })

  it('tells the operator what a 403 can mean', async () => {
    api.answerWith({ status: 403, body: graphqlError('The AniList API has been temporarily disabled', 403) })
    expect((await failure()).advice).toContain('Referer')
  })

  it('quotes nothing of what was answered', async () => {
    api.answerWith({ status: 400, body: graphqlError('the-token is not yours', 400) })
    const error = await failure()
    expect(JSON.stringify([error, error.message, error.stack, error.cause])).not.toContain('the-token')
  })
})
