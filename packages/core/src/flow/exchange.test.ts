import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../test/failure.ts'
import { json, type LocalServer, startServer, text } from '../../test/local-server.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { START } from '../../test/session.ts'
import { type ErrorCode, GatewayError } from '../error.ts'
import { createProviderClient } from '../protocol/provider-client.ts'
import type { OAuth2Provider, UserProfile } from '../provider/provider.ts'
import { exchange } from './exchange.ts'
import type { Authorized, Granted } from './phase.ts'

const ORIGIN = 'https://app.example'
const REDIRECT_URI = `${ORIGIN}/auth/callback/example`

const authorized: Authorized = {
  phase: 'authorized',
  code: 'canary-code',
  transaction: {
    provider: 'example',
    issuer: undefined,
    state: 'canary-state',
    nonce: undefined,
    codeVerifier: 'canary-verifier-0123456789012345678901234567890',
    returnTo: '/me',
    maxAge: undefined,
    acr: undefined,
    loop: 'loop',
    startedAt: START,
  },
}

let server: LocalServer
let postponed: ErrorCode[]

beforeEach(async () => {
  server = await startServer()
  server.on('/token', json(200, { access_token: 'canary-token', token_type: 'bearer' }))
  postponed = []
})

afterEach(() => server.close())

async function run(facts: Partial<OAuth2Provider> = {}): Promise<Granted> {
  const provider = oauth2Provider(server.origin, facts)
  const client = createProviderClient(provider, { fetch: globalThis.fetch, now: () => START })
  return exchange(authorized, {
    client,
    metadata: await client.metadata(),
    redirectUri: REDIRECT_URI,
    origin: ORIGIN,
    onProfilePostponed: (code) => postponed.push(code),
  })
}

describe('a profile that names nobody', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['no id', {}],
    ['an empty id', { id: '' }],
    ['a number', { id: 42 }],
    ['an object', { id: {} }],
    ['a list', { id: ['42'] }],
    ['an id of 256 characters', { id: 'x'.repeat(256) }],
    ['an id with a line break', { id: '42\r\nX-Admin: 1' }],
    ['an id that could not be read whole', { id: 'Jos\ufffd' }],
    ['an id that no UTF-8 can hold', { id: '42\ud800' }],
    ['an id with a NUL', { id: '42\0' }],
    ['an id with an escape sequence', { id: '\x1b[31m42' }],
  ])('is refused: %s', async (_, user) => {
    // A preset written in JavaScript can return anything.
    const failure = await failureOf(run({ identify: async () => user as UserProfile }))
    expect(failure.code).toBe('profile_invalid')
    expect(server.receivedAt('/token')).toHaveLength(1)
  })

  it('is taken as it is otherwise: ids are compared, never folded', async () => {
    for (const id of ['42', 'Alice', 'alice', 'ÀlïçE', 'x'.repeat(255)]) {
      expect((await run({ identify: async () => ({ id }) })).user.id).toBe(id)
    }
  })
})

describe('what a provider definition throws', () => {
  it('is not passed on: it may quote a response', async () => {
    const failure = await failureOf(
      run({
        identify: async ({ accessToken }) => {
          throw new Error(`401 for ${accessToken}`)
        },
      }),
    )
    expect(failure.code).toBe('profile_invalid')
    expect(failure.cause).toBeUndefined()
    expect(failure.message).not.toContain('canary')
  })

  it('is passed on when it is a failure of ours', async () => {
    const thrown = new GatewayError('profile_invalid', { advice: 'No Viewer.' })
    const failure = await failureOf(
      run({
        identify: async () => {
          throw thrown
        },
      }),
    )
    expect(failure).toBe(thrown)
  })
})

describe('a profile API that refuses the token it was just issued', () => {
  const thrownBy = (failure: GatewayError) =>
    failureOf(run({ identify: () => Promise.reject(failure), identifyOffline: () => ({ id: '42' }) }))

  it('is the provider’s fault and not the person’s', async () => {
    const failure = await thrownBy(new GatewayError('sign_in_required', { provider: 'example', providerStatus: 401 }))
    expect(failure).toMatchObject({
      code: 'provider_response_invalid',
      status: 502,
      provider: 'example',
      providerStatus: 401,
      advice: expect.stringContaining('Check the address'),
    })
  })

  it('is explained by the provider definition where that knows better', async () => {
    const thrown = new GatewayError('sign_in_required', { advice: 'Ask for the scope profile.' })
    expect((await thrownBy(thrown)).advice).toBe('Ask for the scope profile.')
  })
})

describe('an outage after the code was spent', () => {
  const outage: Partial<OAuth2Provider> = {
    identify: async ({ fetch }) => {
      const { status } = await fetch(`${server.origin}/me`)
      throw new GatewayError(status >= 500 ? 'provider_unavailable' : 'profile_invalid')
    },
  }

  it('costs no sign-in where the token itself names the user', async () => {
    server.on('/me', text(503, 'later'))
    const granted = await run({ ...outage, identifyOffline: () => ({ id: '42' }) })
    expect(granted).toMatchObject({ user: { id: '42' }, profileKnown: false })
    expect(postponed).toEqual(['provider_unavailable'])
  })

  it('costs the sign-in where it does not', async () => {
    server.on('/me', text(503, 'later'))
    for (const identifyOffline of [undefined, () => undefined]) {
      const facts = identifyOffline === undefined ? outage : { ...outage, identifyOffline }
      expect((await failureOf(run(facts))).code).toBe('provider_unavailable')
    }
    expect(postponed).toEqual([])
  })

  it('checks the user of the token like any other', async () => {
    server.on('/me', text(503, 'later'))
    expect((await failureOf(run({ ...outage, identifyOffline: () => ({ id: '' }) }))).code).toBe('profile_invalid')
  })

  it('is not a profile that is wrong: that one never falls back', async () => {
    server.on('/me', json(200, { data: { Viewer: null } }))
    const failure = await failureOf(run({ ...outage, identifyOffline: () => ({ id: '42' }) }))
    expect(failure.code).toBe('profile_invalid')
  })
})

describe('the code', () => {
  it('is sent once, with the redirect URI and the verifier of its transaction', async () => {
    await run()
    expect(server.received).toHaveLength(1)
    const sent = new URLSearchParams(server.received[0]?.body)
    expect(sent.get('code')).toBe('canary-code')
    expect(sent.get('code_verifier')).toBe('canary-verifier-0123456789012345678901234567890')
    expect(sent.get('redirect_uri')).toBe(REDIRECT_URI)
  })

  it.each([429, 500, 502, 503, 504])('is not sent again after a %i', async (status) => {
    server.on('/token', text(status, 'no'))
    await failureOf(run())
    expect(server.receivedAt('/token')).toHaveLength(1)
  })

  it('is not sent again after a connection that broke', async () => {
    server.on('/token', (response) => {
      response.socket?.destroy()
    })
    expect((await failureOf(run())).class).toBe('transient')
    expect(server.receivedAt('/token')).toHaveLength(1)
  })
})
