import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authorizationRequest, codeGrant } from '../../test/code-grant.ts'
import { failureOf } from '../../test/failure.ts'
import { json, type LocalServer, startServer, text } from '../../test/local-server.ts'
import { startOpenidProvider } from '../../test/openid-provider.ts'
import { oauth2Provider, oidcProvider } from '../../test/provider-definition.ts'
import { createProviderClient } from './provider-client.ts'

let server: LocalServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const endSession = { idTokenHint: undefined, postLogoutRedirectUri: 'https://app.example/', state: 'state-1' }

describe('a provider without OpenID Connect', () => {
  it('is known at once: nothing is asked before a code is spent', () => {
    const client = createProviderClient(oauth2Provider(server.origin, { issuer: 'https://issuer.example' }), {
      fetch,
      now: Date.now,
    })
    const metadata = client.metadata()
    expect(metadata).toMatchObject({ issuer: 'https://issuer.example', issuerInResponse: false })
    if (metadata instanceof Promise) throw new Error('there was nothing to wait for')
    expect(client.authorizationUrl(metadata, authorizationRequest)).toContain(`${server.origin}/authorize?`)
    expect(client.endSessionUrl(metadata, endSession)).toBeUndefined()
    expect(server.received).toHaveLength(0)
  })

  it('always sends iss where its definition says so', async () => {
    const facts = { issuer: 'https://issuer.example', authorizationResponseIssParameterSupported: true }
    const client = createProviderClient(oauth2Provider(server.origin, facts), { fetch, now: Date.now })
    expect(client.metadata()).toMatchObject({ issuerInResponse: true })
  })

  it('is called with the fetch it was given', async () => {
    const urls: string[] = []
    const client = createProviderClient(oauth2Provider('https://provider.example'), {
      fetch: async (input) => {
        urls.push(String(input))
        return Response.json({ access_token: 'token-1', token_type: 'bearer' })
      },
      now: Date.now,
    })
    await client.exchange(await client.metadata(), codeGrant)
    expect(urls).toEqual(['https://provider.example/token'])
  })
})

describe('an OpenID Provider', () => {
  it('is asked to end its session where its metadata says', async () => {
    const provider = await startOpenidProvider()
    const client = createProviderClient(oidcProvider(provider.issuer), { fetch, now: Date.now })
    const url = client.endSessionUrl(await client.metadata(), endSession)
    await provider.close()
    expect(url).toMatch(`${provider.issuer}/end-session?client_id=client-1&`)
  })
})

describe('the calls of identify', () => {
  const client = () => createProviderClient(oauth2Provider(server.origin, { timeout: 0.3 }), { fetch, now: Date.now })

  it.each([200, 400, 403, 429, 500])('resolve with %i, its headers and its JSON', async (status) => {
    server.on('/me', json(status, { id: 1 }, { 'x-ratelimit-remaining': '29' }))
    const answer = await client().fetch(`${server.origin}/me`, {
      method: 'POST',
      headers: { authorization: 'Bearer token-1', 'content-type': 'application/json' },
      body: '{"query":"{ me }"}',
    })
    expect(Object.keys(answer)).toEqual(['status', 'headers', 'json'])
    expect(answer).toMatchObject({ status, json: { id: 1 } })
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('29')
    expect(server.received[0]).toMatchObject({ method: 'POST', body: '{"query":"{ me }"}' })
    expect(server.received[0]?.headers.authorization).toBe('Bearer token-1')
  })

  it('resolve without JSON for a page', async () => {
    server.on('/me', text(403, '<title>Just a moment...</title>'))
    expect(await client().fetch(`${server.origin}/me`)).toMatchObject({ status: 403, json: undefined })
  })

  it('carry the token to nobody else: a redirect is refused', async () => {
    const evil = await startServer(json(200, {}))
    server.on('/me', text(307, '', { location: evil.origin }))
    const call = client().fetch(`${server.origin}/me`, { headers: { authorization: 'Bearer token-1' } })
    expect((await failureOf(call)).code).toBe('provider_response_invalid')
    await evil.close()
    expect(evil.received).toHaveLength(0)
  })

  it('do not wait longer than the deadline', async () => {
    server.on('/me', () => undefined)
    expect((await failureOf(client().fetch(`${server.origin}/me`))).code).toBe('provider_timeout')
  })
})
