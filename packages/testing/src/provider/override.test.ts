import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { json as body } from '../../test/json.ts'
import { authorize, exchange, REDIRECT_URI, refresh, signIn } from '../../test/provider-sign-in.ts'
import { json, redirect } from '../server/answer.ts'
import type { ScriptedClient } from './client.ts'
import { startListener } from './listener.ts'
import { inTurn, once } from './override.ts'
import { type ScriptedProvider, startScriptedProvider } from './scripted-provider.ts'

let provider: ScriptedProvider
let client: ScriptedClient

beforeAll(async () => {
  provider = await startScriptedProvider()
  client = provider.register({ redirectUris: [REDIRECT_URI] })
})
afterEach(() => provider.restore())
afterAll(() => provider.close())

describe('an override', () => {
  it('replaces one endpoint and leaves the others alone', async () => {
    provider.change({ endpoints: { userinfo: 'reset', jwks: json(500, {}) } })
    await expect(fetch(provider.endpoints.userinfo)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    expect((await fetch(provider.endpoints.jwks)).status).toBe(500)
    expect((await fetch(provider.endpoints.discovery)).status).toBe(200)
  })

  it('can look at the request, and change the right answer', async () => {
    provider.change({
      endpoints: {
        discovery: async (request, defaultAnswer) => ({
          ...(await defaultAnswer()),
          headers: { 'content-type': `text/plain;q=${request.query.get('q')}` },
        }),
      },
    })
    const response = await fetch(`${provider.endpoints.discovery}?q=1`)
    expect(response.headers.get('content-type')).toBe('text/plain;q=1')
    expect(await body(response)).toMatchObject({ issuer: provider.issuer })
  })

  it('that never asks for the right answer spends nothing', async () => {
    const { refresh_token } = await signIn(provider, client)
    provider.change({ endpoints: { token: once(json(503, {})) } })
    expect((await refresh(provider, client, refresh_token)).status).toBe(503)
    expect((await refresh(provider, client, refresh_token)).status).toBe(200)
  })

  it('can do the right thing and lose the answer', async () => {
    const { refresh_token } = await signIn(provider, client)
    provider.change({
      endpoints: {
        token: once(async (_, defaultAnswer) => {
          await defaultAnswer()
          return 'reset'
        }),
      },
    })
    await expect(refresh(provider, client, refresh_token)).rejects.toThrow()
    expect((await refresh(provider, client, refresh_token)).status).toBe(400)
  })

  it('can go wrong in a different way each time, and then be right', async () => {
    provider.change({ endpoints: { jwks: inTurn(json(500, {}), 'default', json(404, {})) } })
    const statuses = []
    for (let at = 0; at < 4; at += 1) statuses.push((await fetch(provider.endpoints.jwks)).status)
    expect(statuses).toEqual([500, 200, 404, 200])
  })

  it('can send whoever follows to a place nobody may come to', async () => {
    const evil = await startListener()
    provider.change({ endpoints: { token: redirect(evil.origin, 307) } })
    const code = (await authorize(provider, client)).get('code') ?? ''
    const response = await exchange(provider, client, code)
    expect(response.status).toBe(307)
    expect([evil.connections, evil.requests.length]).toEqual([0, 0])
    await fetch(response.headers.get('location') ?? '')
    expect([evil.connections, evil.requests.length]).toEqual([1, 1])
    await evil.close()
  })

  it('is still recorded', async () => {
    provider.change({ endpoints: { token: json(400, { error: 'invalid_grant' }) } })
    const before = provider.requestsTo('token').length
    await exchange(provider, client, 'the-code')
    const [request] = provider.requestsTo('token').slice(before)
    expect(request?.form.get('code')).toBe('the-code')
    expect(request?.headers.authorization).toMatch(/^Basic /)
  })
})

describe('metadata', () => {
  it('changes member by member, and so does the issuer', async () => {
    provider.change({ metadata: { issuer: 'https://evil.example', jwks_uri: undefined } })
    const metadata = await body(fetch(provider.endpoints.discovery))
    expect(metadata).toMatchObject({ issuer: 'https://evil.example', token_endpoint: provider.endpoints.token })
    expect(metadata).not.toHaveProperty('jwks_uri')
  })

  it('is found where RFC 8414 puts it too', async () => {
    const other = await startScriptedProvider({ issuerPath: '/realms/one' })
    const url = `${other.origin}/.well-known/oauth-authorization-server/realms/one`
    expect(await body(fetch(url))).toMatchObject({ issuer: other.issuer })
    expect((await fetch(`${other.origin}/.well-known/openid-configuration`)).status).toBe(404)
    expect(other.requests.map(({ endpoint }) => endpoint)).toEqual(['discovery', 'unknown'])
    await other.close()
  })
})

describe('the listener', () => {
  it('counts a connection over which nothing ever comes', async () => {
    const evil = await startListener()
    const socket = connect(Number(new URL(evil.origin).port), '127.0.0.1')
    await expect.poll(() => evil.connections).toBe(1)
    expect(evil.requests).toEqual([])
    socket.destroy()
    await evil.close()
  })
})
