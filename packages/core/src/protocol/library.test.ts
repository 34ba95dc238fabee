import { spawnSync } from 'node:child_process'
import { inspect } from 'node:util'
import * as client from 'openid-client'
import { describe, expect, it } from 'vitest'

/** What of openid-client this folder leans on, or works round: an upgrade that changes it is noticed here. */

interface Seen {
  readonly url: string
  readonly options: client.CustomFetchOptions
}

function configurationOf(answer: () => Response, authentication = client.ClientSecretPost('secret-1')) {
  const configuration = new client.Configuration(
    {
      issuer: 'https://issuer.example',
      authorization_endpoint: 'https://issuer.example/authorize?tenant=1',
      token_endpoint: 'https://issuer.example/token?x=1',
      pushed_authorization_request_endpoint: 'https://issuer.example/par',
    },
    'client-1',
    undefined,
    authentication,
  )
  const seen: Seen[] = []
  configuration[client.customFetch] = async (url, options) => {
    seen.push({ url, options })
    return answer()
  }
  return { configuration, seen }
}

const tokens = (members: Record<string, unknown> = {}) =>
  Response.json({ access_token: 'canary-token', token_type: 'Bearer', ...members })

function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

function formOf({ options: { body } }: Seen): Record<string, string> {
  return body instanceof URLSearchParams ? Object.fromEntries(body) : {}
}

describe('what we lean on', () => {
  it('genericGrantRequest sends what it is given, and nothing besides but the credentials', async () => {
    const { configuration, seen } = configurationOf(tokens)
    const redirect_uri = 'https://APP.example:443?tenant=1'
    await client.genericGrantRequest(configuration, 'authorization_code', { code: 'code-1', redirect_uri })
    expect(seen).toHaveLength(1)
    expect(seen[0]?.url).toBe('https://issuer.example/token?x=1')
    expect(seen[0]?.options).toMatchObject({
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'application/json' },
    })
    expect(seen.map(formOf)).toEqual([
      {
        grant_type: 'authorization_code',
        code: 'code-1',
        redirect_uri,
        client_id: 'client-1',
        client_secret: 'secret-1',
      },
    ])
  })

  it('it takes a response whose body was read already', async () => {
    const body = { access_token: 'token-1', token_type: 'bearer', unverified_id_token: 'x.y.z' }
    const response = () => Object.assign(new Response(null, { status: 200 }), { json: async () => body })
    const { configuration } = configurationOf(response)
    const result = await client.genericGrantRequest(configuration, 'authorization_code', { code: 'code-1' })
    expect(result['unverified_id_token']).toBe('x.y.z')
  })

  it('what fetch throws that it does not know becomes the cause of its own error', async () => {
    const ours = new Error('ours')
    const { configuration } = configurationOf(() => {
      throw ours
    })
    const error = await errorOf(client.genericGrantRequest(configuration, 'authorization_code', { code: 'code-1' }))
    expect(error).toBeInstanceOf(client.ClientError)
    expect(error).toHaveProperty('cause', ours)
  })

  it('without a timeout of its own it sends no signal', async () => {
    const { configuration, seen } = configurationOf(tokens)
    configuration.timeout = undefined
    await client.refreshTokenGrant(configuration, 'refresh-1')
    expect(seen[0]?.options.signal).toBeUndefined()
  })

  it('a pushed request keeps the query of the endpoint and encodes the reference', async () => {
    const { configuration } = configurationOf(() =>
      Response.json({ request_uri: 'a&b=c', expires_in: 60 }, { status: 201 }),
    )
    const url = await client.buildAuthorizationUrlWithPAR(configuration, { state: 'state-1' })
    expect(url.search).toBe('?tenant=1&request_uri=a%26b%3Dc&client_id=client-1')
  })
})

describe('what we work round', () => {
  it('authorizationCodeGrant loses the query of the redirect URI and adds a slash', async () => {
    const { configuration, seen } = configurationOf(tokens)
    await client.authorizationCodeGrant(configuration, new URL('https://app.example?tenant=1&code=code-1'))
    expect(seen.map(formOf)[0]?.['redirect_uri']).toBe('https://app.example/')
  })

  it('an empty code verifier means no PKCE', async () => {
    const { configuration, seen } = configurationOf(tokens)
    const url = new URL('https://app.example/?code=code-1')
    await client.authorizationCodeGrant(configuration, url, { pkceCodeVerifier: '' })
    expect(seen.map(formOf)[0]).not.toHaveProperty('code_verifier')
  })

  it('an ID token passes with a signature that is none', async () => {
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: 'https://issuer.example', aud: 'client-1', sub: '1', iat: now, exp: now + 60 }
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const { configuration } = configurationOf(() =>
      tokens({ id_token: `${part({ alg: 'RS256' })}.${part(claims)}.AAAA` }),
    )
    const result = await client.genericGrantRequest(configuration, 'authorization_code', { code: 'code-1' })
    expect(result.claims()?.sub).toBe('1')
  })

  it('a token of the type DPoP is taken although a bearer token was asked for', async () => {
    const { configuration } = configurationOf(() => tokens({ token_type: 'DPoP' }))
    const result = await client.genericGrantRequest(configuration, 'authorization_code', { code: 'code-1' })
    expect(result.token_type).toBe('dpop')
  })

  it('an access token may break a header', async () => {
    const { configuration } = configurationOf(() => tokens({ access_token: 'AT\r\nX: 1' }))
    const result = await client.genericGrantRequest(configuration, 'authorization_code', { code: 'code-1' })
    expect(result.access_token).toBe('AT\r\nX: 1')
  })

  it('a challenge hides the error in the body', async () => {
    const headers = { 'www-authenticate': 'Basic realm="x"' }
    const { configuration } = configurationOf(() => Response.json({ error: 'invalid_grant' }, { status: 401, headers }))
    const error = await errorOf(client.refreshTokenGrant(configuration, 'refresh-1'))
    expect(error).toBeInstanceOf(client.WWWAuthenticateChallengeError)
    expect(error).not.toHaveProperty('error')
  })

  it('a revocation answered with 204 fails', async () => {
    const { configuration } = configurationOf(() => new Response(null, { status: 204 }))
    expect(await errorOf(client.tokenRevocation(configuration, 'token-1'))).toBeDefined()
  })

  it('Basic credentials are encoded beyond what servers that do not decode could take', async () => {
    const { configuration, seen } = configurationOf(tokens, client.ClientSecretBasic('a-b_c.d'))
    await client.refreshTokenGrant(configuration, 'refresh-1')
    expect(atob(seen[0]?.options.headers['authorization']?.slice(6) ?? '')).toBe('client%2D1:a%2Db%5Fc%2Ed')
  })

  it('its errors show tokens when they are inspected', async () => {
    const { configuration } = configurationOf(() => tokens({ token_type: 'mac' }))
    const error = await errorOf(client.refreshTokenGrant(configuration, 'refresh-1'))
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).toContain('canary-token')
  })
})

describe('loading', () => {
  it('making a client loads nothing of openid-client, oauth4webapi or jose', () => {
    const script = `
      import { registerHooks } from 'node:module'
      const loaded = []
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
      const { createProviderClient } = await import(${JSON.stringify(new URL('./provider-client.ts', import.meta.url).href)})
      const facts = { id: 'a', protocol: 'oidc', issuer: 'https://issuer.example', authorizationParameters: {}, scope: [] }
      createProviderClient(facts, { fetch, now: Date.now })
      console.log(JSON.stringify(loaded))
    `
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
    })
    expect(stderr).not.toContain('Error')
    expect(stdout).toContain('provider-client.ts')
    expect(stdout).not.toMatch(/openid-client|oauth4webapi|jose/)
  })
})
