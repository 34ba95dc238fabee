import { insecureLoopback } from '@postern/core'
import { providerContract } from '@postern/testing'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { contextOf, type ScriptedApi, startApi } from '../test/scripted-api.ts'
import { github } from './github.ts'

const CREDENTIALS = { clientId: 'Iv1.8a61f9b3a7aba766', clientSecret: 'a-client-secret' }

/** From GitHub's documentation of `GET /user`, shortened. */
const OCTOCAT = {
  login: 'octocat',
  id: 1,
  node_id: 'MDQ6VXNlcjE=',
  avatar_url: 'https://github.com/images/error/octocat_happy.gif',
  html_url: 'https://github.com/octocat',
  name: 'monalisa octocat',
  email: 'octocat@github.com',
}

const USER = {
  id: '1',
  name: 'monalisa octocat',
  username: 'octocat',
  picture: 'https://github.com/images/error/octocat_happy.gif',
  url: 'https://github.com/octocat',
}

describe('the provider contract', () => {
  for (const { name, run } of providerContract({ id: 'github', define: github, sample: OCTOCAT, user: USER })) {
    it(name, run)
  }
})

describe('the GitHub preset', () => {
  it('uses GitHub.com, and expects its issuer', () => {
    expect(github(CREDENTIALS)).toMatchObject({
      issuer: 'https://github.com/login/oauth',
      endpoints: {
        authorization: 'https://github.com/login/oauth/authorize',
        token: 'https://github.com/login/oauth/access_token',
        userinfo: 'https://api.github.com/user',
      },
      apiOrigins: ['https://api.github.com'],
      manageAccessUrl: 'https://github.com/settings/connections/applications/Iv1.8a61f9b3a7aba766',
      capabilities: { refresh: false, rotation: false, revocation: false },
    })
  })

  it('uses an Enterprise Server, whose issuer is not known', () => {
    expect(github({ ...CREDENTIALS, id: 'ghes', baseUrl: 'https://github.example.com/' })).toMatchObject({
      issuer: undefined,
      endpoints: {
        authorization: 'https://github.example.com/login/oauth/authorize',
        token: 'https://github.example.com/login/oauth/access_token',
        userinfo: 'https://github.example.com/api/v3/user',
      },
      apiOrigins: ['https://github.example.com'],
    })
  })

  it('refreshes tokens that expire, and knows that refresh tokens rotate', () => {
    const { capabilities } = github({ ...CREDENTIALS, tokens: 'expiring' })
    expect(capabilities).toMatchObject({ refresh: true, rotation: true })
  })

  it('keeps the id in its type', () => {
    expectTypeOf(github(CREDENTIALS).id).toEqualTypeOf<'github'>()
    expectTypeOf(github({ ...CREDENTIALS, id: 'work' }).id).toEqualTypeOf<'work'>()
  })

  it('turns commas between granted scopes into spaces', () => {
    const response = { access_token: 'gho_a', scope: 'repo,gist', token_type: 'bearer' }
    expect(github(CREDENTIALS).repair?.(response)).toEqual({ ...response, scope: 'repo gist' })
  })

  it("does not take a GitHub App's empty scope for a grant of nothing", () => {
    const repaired = github(CREDENTIALS).repair?.({ access_token: 'ghu_a', scope: '', token_type: 'bearer' })
    expect(repaired).toEqual({ access_token: 'ghu_a', token_type: 'bearer' })
  })

  it('asks for the scopes it is given, each once', () => {
    expect(github({ ...CREDENTIALS, scope: ['user:email', 'repo', 'repo'] }).scope).toEqual(['user:email', 'repo'])
  })
})

describe("asking GitHub's API", () => {
  let api: ScriptedApi
  beforeAll(async () => {
    api = await startApi()
  })
  afterAll(() => api.close())
  const provider = () => github({ ...CREDENTIALS, loopback: insecureLoopback, endpoints: { userinfo: api.address } })

  it('sends a User-Agent and the version of the API, without which it refuses or changes', async () => {
    api.answerWith({ status: 200, body: OCTOCAT })
    expect(await provider().identify(contextOf('gho_a'))).toEqual(USER)
    expect(api.requests.at(-1)).toMatchObject({
      method: 'GET',
      headers: {
        authorization: 'Bearer gho_a',
        accept: 'application/vnd.github+json',
        'user-agent': 'Postern (+https://app.example)',
        'x-github-api-version': '2022-11-28',
      },
    })
  })

  it.each([
    ['a 401', 'sign_in_required', { status: 401, body: { message: 'Bad credentials' } }],
    [
      'a 403 for asking too often',
      'provider_unavailable',
      { status: 403, headers: { 'x-ratelimit-remaining': '0' }, body: {} },
    ],
    ['another 403', 'provider_response_invalid', { status: 403, body: { message: 'Forbidden' } }],
    ['a page that is not for programs', 'provider_blocked', { status: 403, body: '<html>no</html>' }],
    ['a 200 with a list', 'profile_invalid', { status: 200, body: [OCTOCAT] }],
    ['a name for an id', 'profile_invalid', { status: 200, body: { ...OCTOCAT, id: null } }],
  ])('turns %s into %s', async (_, code, answer) => {
    api.answerWith(answer)
    await expect(provider().identify(contextOf('gho_a'))).rejects.toMatchObject({ code, provider: 'github' })
  })
})
