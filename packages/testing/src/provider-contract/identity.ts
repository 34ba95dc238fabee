import assert from 'node:assert/strict'
import {
  GatewayError,
  type IdentifyContext,
  type Provider,
  type ProviderRequest,
  type UserProfile,
} from '@postern/core'
import { CREDENTIALS, type Define } from './define.ts'
import { malformed, OPAQUE_TOKENS, TOKEN_RESPONSES } from './malformed.ts'
import type { ProviderContractCase } from './provider-contract.ts'

type Json = Readonly<Record<string, unknown>>

/** Who signed in: the one question a definition answers, and must never answer wrongly. */
export function identity(define: Define, sample: Json, user: UserProfile): readonly ProviderContractCase[] {
  return [
    {
      name: 'recognises the person of the sample',
      run: async () => {
        assert.deepEqual(await identifyFrom(define(CREDENTIALS), sample), user)
      },
    },
    {
      name: 'shows the access token to the provider alone, and in a header alone',
      run: async () => {
        const provider = define(CREDENTIALS)
        for (const { url, request } of await callsOf(provider, sample)) {
          assert.ok(isOwn(url, provider), `${new URL(url).origin} is an address of the provider`)
          const { authorization, ...headers } = lowerCase(request.headers ?? {})
          assert.equal(authorization, `Bearer ${ACCESS_TOKEN}`)
          assert.ok(!JSON.stringify([url, headers, request.body]).includes(ACCESS_TOKEN), 'nowhere else')
        }
      },
    },
    {
      name: 'refuses a malformed profile, or makes do without what is wrong, but never without an id',
      run: async () => {
        const provider = define(CREDENTIALS)
        for (const { what, body } of malformed(sample)) {
          const result = await outcome(() => identifyFrom(provider, body))
          if (!(result instanceof GatewayError)) expectUsable(result, what)
        }
      },
    },
    {
      name: 'believes no answer but a 200',
      run: async () => {
        const provider = define(CREDENTIALS)
        if (provider.protocol === 'oidc') return
        for (const status of [201, 204, 304, 400, 401, 403, 404, 429, 500, 502, 503]) {
          for (const body of [sample, undefined]) {
            const result = await outcome(() => identifyFrom(provider, body, status))
            assert.ok(result instanceof GatewayError, `a ${status} identifies nobody`)
            if (status === 429 || status >= 500) assert.equal(result.class, 'transient', `a ${status} will pass`)
          }
        }
      },
    },
    {
      name: 'passes on that the provider could not be reached',
      run: async () => {
        const provider = define(CREDENTIALS)
        if (provider.protocol === 'oidc') return
        const late = new GatewayError('provider_timeout', { provider: provider.id })
        const result = await outcome(() => provider.identify(contextWith({}, () => Promise.reject(late))))
        assert.equal(result, late)
      },
    },
    {
      name: 'reads a user from an access token only when there is one in it',
      run: async () => {
        const provider = define(CREDENTIALS)
        for (const token of OPAQUE_TOKENS) {
          const offline = provider.identifyOffline?.(token)
          if (offline !== undefined) expectUsable(offline, 'an access token')
        }
      },
    },
    {
      name: 'mends a token response without changing it, and without failing',
      run: async () => {
        const { repair } = define(CREDENTIALS)
        for (const response of TOKEN_RESPONSES) {
          const mended = repair?.(Object.freeze({ ...response })) ?? response
          assert.equal(typeof mended, 'object')
          if ('access_token' in response) assert.equal(mended['access_token'], response['access_token'])
        }
      },
    },
    {
      name: 'adds headers to API calls that are safe to send',
      run: async () => {
        for (const [name, value] of Object.entries(define(CREDENTIALS).apiHeaders?.(ORIGIN) ?? {})) {
          assert.ok(!['authorization', 'cookie', 'host'].includes(name.toLowerCase()), `${name} is not its to set`)
          assert.match(value, /^[\x20-\x7e]+$/)
        }
      },
    },
  ]
}

const ACCESS_TOKEN = 'contract-access-token-77c3'
const ORIGIN = 'https://app.example'

interface ProviderCall {
  readonly url: string
  readonly request: ProviderRequest
}

/** `body` is the API's answer to an OAuth 2.0 provider, and the claims of an OpenID Provider. */
async function identifyFrom(provider: Provider, body: unknown, status = 200): Promise<UserProfile> {
  const answer = { status, headers: new Headers(), json: body }
  return provider.identify(contextWith(provider.protocol === 'oidc' ? body : {}, async () => answer))
}

async function callsOf(provider: Provider, body: Json): Promise<readonly ProviderCall[]> {
  const calls: ProviderCall[] = []
  const claims = provider.protocol === 'oidc' ? body : {}
  const context = contextWith(claims, async (url, request = {}) => {
    calls.push({ url, request })
    return { status: 200, headers: new Headers(), json: body }
  })
  await provider.identify(context)
  return calls
}

function contextWith(claims: unknown, fetch: IdentifyContext['fetch']): IdentifyContext {
  // Claims are an object by the time they get here; a definition may still not trust what is in them.
  const verified = typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? claims : {}
  return { accessToken: ACCESS_TOKEN, origin: ORIGIN, claims: { ...verified }, fetch }
}

function isOwn(url: string, { endpoints, apiOrigins }: Provider): boolean {
  return url === endpoints?.userinfo || apiOrigins.includes(new URL(url).origin)
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

/** What came of it: a user, or the error of a refusal. Any other error is a bug of the definition. */
async function outcome(identify: () => Promise<UserProfile>): Promise<UserProfile | GatewayError> {
  try {
    return await identify()
  } catch (error) {
    if (error instanceof GatewayError) return error
    assert.fail(`it throws a GatewayError and nothing else: ${error instanceof Error ? error.name : typeof error}`)
  }
}

/** Ids that JavaScript makes out of nothing: two people would share them. */
const NO_ID = new Set(['', 'undefined', 'null', 'NaN', 'true', 'false', '[object Object]', 'Infinity'])

function expectUsable(user: UserProfile, what: string): void {
  assert.equal(typeof user.id, 'string', what)
  assert.ok(user.id.length <= 255 && !NO_ID.has(user.id.trim()), `no id out of ${what}`)
  for (const address of [user.picture, Reflect.get(user, 'url')]) {
    assert.ok(address === undefined || /^https?:\/\//.test(String(address)), `no address out of ${what}`)
  }
}
