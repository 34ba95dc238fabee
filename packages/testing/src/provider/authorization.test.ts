import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, authorize, exchange, post, REDIRECT_URI } from '../../test/provider-sign-in.ts'
import { createBrowser } from '../browser/browser.ts'
import { startServer } from '../server/start-server.ts'
import type { ScriptedClient } from './client.ts'
import { type ScriptedProvider, startScriptedProvider } from './scripted-provider.ts'

let provider: ScriptedProvider
let client: ScriptedClient

beforeAll(async () => {
  provider = await startScriptedProvider({ issuerPath: '/realms/one' })
  client = provider.register({ redirectUris: [REDIRECT_URI] })
})
afterEach(() => provider.restore())
afterAll(() => provider.close())

describe('the authorization endpoint', () => {
  it('answers at once with code, state and iss', async () => {
    const answer = await authorize(provider, client)
    expect([...answer.keys()]).toEqual(['code', 'state', 'iss'])
    expect(answer.get('state')).toBe('the-state')
    expect(answer.get('iss')).toBe(`${provider.origin}/realms/one`)
  })

  it.each([
    ['an unregistered redirect URI', { redirect_uri: `${REDIRECT_URI}/` }],
    ['no redirect URI', { redirect_uri: undefined }],
    ['an unknown client', { client_id: 'stranger' }],
    ['an unknown response mode', { response_mode: 'fragment' }],
  ])('sends nobody anywhere for %s', async (_, changes) => {
    const page = await createBrowser().navigate(authorizationUrl(provider, client, changes))
    expect([page.status, page.location]).toEqual([400, undefined])
  })

  it('refuses what it does not do at the redirect URI', async () => {
    const answer = await authorize(provider, client, { response_type: 'token' })
    expect(answer.get('error')).toBe('unsupported_response_type')
    expect(answer.has('code')).toBe(false)
    expect(answer.get('state')).toBe('the-state')
  })

  it('answers with a form when asked, which a browser can post', async () => {
    const application = await startServer({ answer: async (message) => ({ status: 200, body: message.method ?? '' }) })
    const formClient = provider.register({ redirectUris: [`${application.origin}/cb`] })
    const page = await createBrowser().navigate(authorizationUrl(provider, formClient, { response_mode: 'form_post' }))
    expect(page.text).toContain(`action="${application.origin}/cb"`)
    expect((await page.submit()).text).toBe('POST')
    await application.close()
  })

  it('leaves iss out when the script says so, in the answer and in the metadata', async () => {
    provider.change({ responseIssuer: 'omitted' })
    expect((await authorize(provider, client)).has('iss')).toBe(false)
    const metadata = await (await fetch(provider.endpoints.discovery)).json()
    expect(metadata).not.toHaveProperty('authorization_response_iss_parameter_supported')
  })

  it('changes, removes, adds and repeats parameters of its answer', async () => {
    provider.change({
      authorizationResponse: { code: undefined, error: 'access_denied', iss: 'https://evil.example', x: ['1', '2'] },
    })
    const answer = await authorize(provider, client)
    expect([...answer]).toEqual([
      ['state', 'the-state'],
      ['iss', 'https://evil.example'],
      ['error', 'access_denied'],
      ['x', '1'],
      ['x', '2'],
    ])
  })
})

describe('pushed authorization requests', () => {
  const push = (changes = {}) =>
    post(provider.endpoints.pushedAuthorizationRequest, client, {
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      state: 'pushed-state',
      scope: 'openid',
      ...changes,
    })
  const use = (request_uri: string, client_id = client.id) => {
    const url = `${provider.endpoints.authorization}?${new URLSearchParams({ client_id, request_uri })}`
    return createBrowser().navigate(url, { redirects: 'manual' })
  }

  it('are good for one use, by the client that pushed them', async () => {
    const response = await push()
    expect(response.status).toBe(201)
    const { request_uri } = Object(await response.json())
    expect((await use(request_uri, provider.register({ redirectUris: [REDIRECT_URI] }).id)).status).toBe(400)
    const back = new URL((await use(request_uri)).location ?? '')
    expect(back.searchParams.get('state')).toBe('pushed-state')
    expect((await exchange(provider, client, back.searchParams.get('code') ?? '')).status).toBe(200)
    expect((await use(request_uri)).status).toBe(400)
  })

  it('need client authentication', async () => {
    const response = await fetch(provider.endpoints.pushedAuthorizationRequest, {
      method: 'POST',
      body: new URLSearchParams({ client_id: client.id, redirect_uri: REDIRECT_URI }),
    })
    expect(response.status).toBe(401)
  })

  it('may not be pushed by reference', async () => {
    expect((await push({ request_uri: 'urn:x' })).status).toBe(400)
  })

  it('can be required, and absent', async () => {
    provider.change({ pushedAuthorizationRequests: 'required' })
    expect((await createBrowser().navigate(authorizationUrl(provider, client))).status).toBe(400)
    provider.change({ pushedAuthorizationRequests: 'absent' })
    expect((await push()).status).toBe(404)
    const metadata = await (await fetch(provider.endpoints.discovery)).json()
    expect(metadata).not.toHaveProperty('pushed_authorization_request_endpoint')
  })
})
