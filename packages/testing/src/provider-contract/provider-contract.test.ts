import { AssertionError } from 'node:assert'
import { defineProvider, GatewayError, type IdentifyContext, type Provider, type UserProfile } from '@postern/core'
import { describe, expect, it } from 'vitest'
import { type ContractCredentials, type ProviderUnderTest, providerContract } from './provider-contract.ts'

const SAMPLE = { id: 7, name: 'Ada', avatar: { small: 'https://api.example/7.png' } }
const USER = { id: '7', name: 'Ada' }

function example({ clientId, clientSecret, ...others }: ContractCredentials) {
  return defineProvider({
    ...others,
    protocol: 'oauth2',
    id: 'example',
    name: 'Example',
    clientId,
    clientAuthentication: { method: 'client_secret_post', clientSecret },
    endpoints: {
      authorization: 'https://as.example/authorize',
      token: 'https://as.example/token',
      userinfo: 'https://api.example/me',
    },
    identify: askExample,
  })
}

async function askExample({ fetch, accessToken }: IdentifyContext): Promise<UserProfile> {
  const { status, json } = await fetch('https://api.example/me', {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  if (status === 429 || status >= 500) throw new GatewayError('provider_unavailable')
  const { id, name } = Object(json)
  if (status !== 200 || typeof id !== 'number' || !Number.isInteger(id) || id < 1)
    throw new GatewayError('profile_invalid')
  return { id: String(id), ...(typeof name === 'string' ? { name } : {}) }
}

/** Wrong at run time only, as JavaScript would have it. */
const WRONG_ID = 'other' as string as 'example'

type Change = (provider: Provider<'example'>) => Provider<'example'>

function changed(change: Change): ProviderUnderTest<'example', UserProfile> {
  const define = (credentials: ContractCredentials) => change(example(credentials))
  return { id: 'example', define, sample: SAMPLE, user: USER }
}

const frozen = (provider: Provider<'example'>) => Object.freeze(provider)

/** A definition that is only wrong in how it identifies. */
const identifies = (identify: Provider['identify']) => changed((provider) => frozen({ ...provider, identify }))

async function failures(subject: ProviderUnderTest<'example', UserProfile>): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, run } of providerContract(subject)) {
    await run().catch((error: unknown) => {
      if (!(error instanceof AssertionError)) throw error
      failed.push(name)
    })
  }
  return failed
}

describe('the provider contract', () => {
  it('passes a definition that does everything right', async () => {
    expect(await failures(changed((provider) => provider))).toEqual([])
  })

  it.each<[string, ProviderUnderTest<'example', UserProfile>, RegExp]>([
    ['can still be changed', changed((provider) => ({ ...provider })), /frozen/],
    ['lacks a part', changed(({ ...provider }) => frozen({ ...provider, name: '' })), /complete/],
    [
      'speaks plain http',
      changed((provider) => frozen({ ...provider, manageAccessUrl: 'http://as.example' })),
      /https/,
    ],
    ['is on loopback by default', changed((provider) => frozen({ ...provider, loopback: true })), /https/],
    [
      'has a path among its origins',
      changed((provider) => frozen({ ...provider, apiOrigins: Object.freeze(['https://api.example/v1']) })),
      /origins/,
    ],
    [
      'promises revocation',
      changed((provider) =>
        frozen({ ...provider, capabilities: Object.freeze({ ...provider.capabilities, revocation: true }) }),
      ),
      /capabilities/,
    ],
    [
      'has another id',
      {
        ...changed((provider) => provider),
        define: (c) => frozen({ ...example(c), id: WRONG_ID }),
      },
      /id it says/,
    ],
    [
      'prints its secret',
      { ...changed((provider) => provider), define: (c) => frozen({ ...example(c), name: c.clientSecret }) },
      /secret when it is printed/,
    ],
    [
      'takes an empty secret',
      { ...changed((provider) => provider), define: (c) => example({ ...c, clientSecret: c.clientSecret || 'x' }) },
      /empty secret/,
    ],
    [
      'ignores what it does not know',
      {
        ...changed((provider) => provider),
        define: ({ clientId, clientSecret }) => example({ clientId, clientSecret }),
      },
      /does not know/,
    ],
    [
      'quotes the provider',
      changed((provider) => frozen({ ...provider, advise: ({ oauthError }) => `It said ${oauthError}.` })),
      /advice/,
    ],
    ['knows nobody', identifies(async () => ({ id: 'x' })), /recognises/],
    [
      'makes ids out of nothing',
      identifies(async (c) => ({ ...(await askExample(c).catch(() => ({ id: 'undefined' }))) })),
      /never without an id/,
    ],
    [
      'throws errors of its own',
      identifies(async (c) => {
        const user = await askExample(c).catch(() => undefined)
        if (user === undefined) throw new TypeError('x')
        return user
      }),
      /never without an id/,
    ],
    [
      'puts the token into the address',
      identifies(async (c) => {
        await c.fetch(`https://api.example/me?token=${c.accessToken}`)
        return askExample(c)
      }),
      /in a header alone/,
    ],
    [
      'asks somebody else',
      identifies(async (c) => {
        await c.fetch('https://evil.example/', { headers: { authorization: `Bearer ${c.accessToken}` } })
        return askExample(c)
      }),
      /to the provider alone/,
    ],
    [
      'believes a 404',
      identifies(async (c) =>
        askExample({
          ...c,
          fetch: async (url, init) => {
            const answer = await c.fetch(url, init)
            return answer.status === 404 ? { ...answer, status: 200 } : answer
          },
        }),
      ),
      /but a 200/,
    ],
    [
      'swallows an outage',
      identifies(async (c) =>
        askExample({
          ...c,
          fetch: (url, init) => c.fetch(url, init).catch(() => ({ status: 200, headers: new Headers(), json: SAMPLE })),
        }),
      ),
      /could not be reached/,
    ],
    [
      'reads a user from anything',
      changed((provider) => frozen({ ...provider, identifyOffline: () => ({ id: '' }) })),
      /only when there is one/,
    ],
    ['loses the access token', changed((provider) => frozen({ ...provider, repair: () => ({}) })), /mends/],
    [
      'breaks lines',
      changed((provider) => frozen({ ...provider, apiHeaders: () => ({ referer: 'a\r\nb' }) })),
      /safe to send/,
    ],
    [
      'sets a credential',
      changed((provider) => frozen({ ...provider, apiHeaders: () => ({ Authorization: 'x' }) })),
      /safe to send/,
    ],
  ])('fails a definition that %s', async (_, subject, name) => {
    expect(await failures(subject)).toContainEqual(expect.stringMatching(name))
  })

  it('does not compile for a preset that has lost its id', () => {
    const define = (c: ContractCredentials): Provider => example(c)
    // @ts-expect-error: `string` is no id
    expect(providerContract({ id: 'example', define, sample: SAMPLE, user: USER })).not.toHaveLength(0)
  })
})
