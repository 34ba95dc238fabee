import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authorizationRequest } from '../../test/code-grant.ts'
import { failureOf } from '../../test/failure.ts'
import { json, type LocalServer, type Respond, startServer, text } from '../../test/local-server.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { createProviderClient } from './provider-client.ts'

let server: LocalServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const request = { ...authorizationRequest, nonce: 'nonce-1', parameters: { prompt: 'login' } }

async function push(respond: Respond): Promise<string> {
  server.on('/par', respond)
  const client = createProviderClient(
    oauth2Provider(server.origin, {
      scope: ['a', 'b'],
      endpoints: {
        authorization: `${server.origin}/authorize?tenant=1`,
        token: `${server.origin}/token`,
        pushedAuthorizationRequest: `${server.origin}/par`,
      },
    }),
    { fetch, now: Date.now },
  )
  return client.authorizationUrl(await client.metadata(), request)
}

const pushed = (request_uri: unknown) => json(201, { request_uri, expires_in: 60 })

describe('a request that is pushed', () => {
  it('leaves nothing for the browser but a client id and a reference', async () => {
    const url = new URL(await push(pushed('urn:example:1')))
    expect(url.origin + url.pathname).toBe(`${server.origin}/authorize`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: '1',
      client_id: 'client-1',
      request_uri: 'urn:example:1',
    })
  })

  it('says everything to the server, with the client secret and without a request_uri', async () => {
    await push(pushed('urn:example:1'))
    const body = new URLSearchParams(server.receivedAt('/par')[0]?.body)
    expect(Object.fromEntries(body)).toMatchObject({
      response_type: 'code',
      client_id: 'client-1',
      client_secret: 'canary-client-secret',
      redirect_uri: request.redirectUri,
      scope: 'a b',
      state: 'state-1',
      nonce: 'nonce-1',
      prompt: 'login',
      code_challenge: 'challenge-1',
      code_challenge_method: 'S256',
    })
    expect(body.has('request_uri')).toBe(false)
  })

  it('keeps a reference that tries to be more in one parameter', async () => {
    const sly = 'x&redirect_uri=https://evil.example#'
    const url = new URL(await push(pushed(sly)))
    expect(url.searchParams.get('request_uri')).toBe(sly)
    expect(url.searchParams.has('redirect_uri')).toBe(false)
    expect(url.hash).toBe('')
  })

  it('is pushed anew for every sign-in', async () => {
    await push(pushed('urn:example:1'))
    await push(pushed('urn:example:2'))
    expect(server.receivedAt('/par')).toHaveLength(2)
  })
})

describe('a push that fails starts no sign-in', () => {
  it.each([
    ['200 in place of 201', json(200, { request_uri: 'urn:example:1', expires_in: 60 }), 'provider_response_invalid'],
    ['a refusal', json(400, { error: 'invalid_request' }), 'authorization_refused'],
    ['a refusal of the client', json(401, { error: 'invalid_client' }), 'client_refused'],
    ['an error page', text(500, '<html>'), 'provider_unavailable'],
    ['no reference', json(201, { expires_in: 60 }), 'provider_response_invalid'],
    ['a reference that is not a string', pushed({ evil: true }), 'provider_response_invalid'],
    ['a broken connection', (response) => void response.destroy(), 'provider_unreachable'],
  ] satisfies [string, Respond, string][])('%s', async (_what, respond, code) => {
    expect((await failureOf(push(respond))).code).toBe(code)
  })
})
