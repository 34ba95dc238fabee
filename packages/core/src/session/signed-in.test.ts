import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../test/failure.ts'
import { json, type LocalServer, startServer, text } from '../../test/local-server.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { session } from '../../test/session.ts'
import { GatewayError } from '../error.ts'
import type { SignedIn } from './auth.ts'
import { createSignedIn } from './signed-in.ts'

let api: LocalServer
let elsewhere: LocalServer
/** Which tokens were said to be refused, in order; `undefined` where none was. */
let asked: (string | undefined)[]

beforeEach(async () => {
  api = await startServer(json(200, { ok: true }))
  elsewhere = await startServer(json(200, {}))
  asked = []
})

afterEach(async () => {
  await api.close()
  await elsewhere.close()
})

function signedIn(renew: () => Promise<string> = async () => 'renewed'): SignedIn {
  const provider = oauth2Provider('https://as.example', {
    id: 'a',
    apiOrigins: [api.origin],
    apiHeaders: (origin) => ({ 'x-app': origin, accept: 'application/json' }),
  })
  return createSignedIn(session(), provider, {
    lifetimes: { idle: 1e9, absolute: 1e9 },
    origin: 'https://app.example',
    fetch: globalThis.fetch,
    token: async (refused) => {
      asked.push(refused)
      return refused === undefined ? 'token' : renew()
    },
  })
}

describe('a call that would carry the token elsewhere', () => {
  it('is refused before the token is even looked up', async () => {
    for (const address of [
      elsewhere.origin,
      api.origin.replace('127.0.0.1', 'localhost'),
      `${api.origin}@evil.example/`,
      'http://127.0.0.1.evil.example/',
      api.origin.replace('http:', 'https:'),
      'data:text/plain,x',
      'file:///etc/passwd',
    ]) {
      expect((await failureOf(signedIn().fetch(address))).code).toBe('api_origin_refused')
    }
    expect(asked).toEqual([])
    expect(elsewhere.received).toEqual([])
  })

  it('is not made by a redirect: the answer is for the caller to look at', async () => {
    api.on('/', text(302, '', { location: elsewhere.origin }))
    const response = await signedIn().fetch(`${api.origin}/`, { redirect: 'follow' })
    expect(response.status).toBe(302)
    expect(elsewhere.received).toEqual([])
  })
})

describe('a call of the provider’s API', () => {
  it('carries the token, whatever the caller set, and the preset’s headers, unless the caller did', async () => {
    const headers = { authorization: 'Bearer evil', Accept: 'text/plain' }
    await signedIn().fetch(new URL('/me?x=1', api.origin), { method: 'POST', body: 'hello', headers })
    const [received] = api.received
    expect(received).toMatchObject({ method: 'POST', target: '/me?x=1', body: 'hello' })
    expect(received?.headers).toMatchObject({
      authorization: 'Bearer token',
      accept: 'text/plain',
      'x-app': 'https://app.example',
    })
  })

  it('whose token was refused is made once more with a new one', async () => {
    api.on('/me', (response, received) =>
      json(received.headers.authorization === 'Bearer token' ? 401 : 200, {})(response, received),
    )
    expect((await signedIn().fetch(`${api.origin}/me`)).status).toBe(200)
    expect(api.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer token', 'Bearer renewed'])
    expect(asked).toEqual([undefined, 'token'])
  })

  it('is not made a third time', async () => {
    api.on('/me', json(401, {}))
    expect((await signedIn().fetch(`${api.origin}/me`)).status).toBe(401)
    expect(api.received).toHaveLength(2)
  })

  it('is not made again when it had a body, when nothing is new, or when nothing can be renewed', async () => {
    api.on('/me', json(401, {}))
    const address = `${api.origin}/me`
    const ended = async (): Promise<never> => {
      throw new GatewayError('sign_in_required')
    }
    expect((await signedIn().fetch(address, { method: 'PUT', body: 'x' })).status).toBe(401)
    expect((await signedIn(async () => 'token').fetch(address)).status).toBe(401)
    expect((await signedIn(ended).fetch(address)).status).toBe(401)
    expect(api.received).toHaveLength(3)
  })
})

describe('a signed-in user as JSON', () => {
  it('shows no token', () => {
    expect(JSON.stringify(signedIn())).not.toContain('canary')
  })
})
