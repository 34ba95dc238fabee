import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { oidcCodeGrant } from '../../test/code-grant.ts'
import { failureOf } from '../../test/failure.ts'
import { json, text } from '../../test/local-server.ts'
import { createSigningKey, type OpenidProvider, startOpenidProvider } from '../../test/openid-provider.ts'
import { oidcProvider } from '../../test/provider-definition.ts'
import { createKeys, type Keys } from './keys.ts'
import { createProviderClient } from './provider-client.ts'
import { createCall } from './transport.ts'

let provider: OpenidProvider
let time: number
beforeEach(async () => {
  provider = await startOpenidProvider()
  time = Date.now()
})
afterEach(() => provider.close())

function fetches(): number {
  return provider.receivedAt('/jwks').length
}

const SHORT = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })

describe('keys for sign-ins', () => {
  function client() {
    return createProviderClient(oidcProvider(provider.issuer, { userinfo: 'skip' }), { fetch, now: () => time })
  }

  it('are fetched once for many', async () => {
    const relyingParty = client()
    const metadata = await relyingParty.metadata()
    await Promise.all(Array.from({ length: 20 }, () => relyingParty.exchange(metadata, oidcCodeGrant)))
    await relyingParty.exchange(metadata, oidcCodeGrant)
    expect(fetches()).toBe(1)
  })

  it.each([
    ['a new name', 'key-2'],
    ['the old name', 'key-1'],
    ['no name', undefined],
  ])('are fetched anew at once when the provider signs with a new key of %s', async (_how, kid) => {
    const relyingParty = client()
    const metadata = await relyingParty.metadata()
    await relyingParty.exchange(metadata, oidcCodeGrant)
    const key = await createSigningKey(kid)
    provider.keys = [key.jwk]
    provider.tokens = { id_token: await provider.idToken({}, {}, key) }
    const signIns = Array.from({ length: 10 }, () => relyingParty.exchange(metadata, oidcCodeGrant))
    expect((await Promise.all(signIns)).map(({ claims }) => claims['sub'])).toEqual(Array(10).fill('user-1'))
    expect(fetches()).toBe(2)
  })

  it('are fetched anew once for a token whose key does not exist, however fresh they are', async () => {
    const relyingParty = client()
    const metadata = await relyingParty.metadata()
    await relyingParty.exchange(metadata, oidcCodeGrant)
    provider.tokens = { id_token: await provider.idToken({}, { kid: '../../etc/passwd' }) }
    expect((await failureOf(relyingParty.exchange(metadata, oidcCodeGrant))).code).toBe('id_token_invalid')
    expect(fetches()).toBe(2)
  })

  it('are fetched anew at once for a token that names no key when there were several, and there is one again', async () => {
    const relyingParty = client()
    const metadata = await relyingParty.metadata()
    provider.keys = [provider.key.jwk, (await createSigningKey('key-2')).jwk]
    await relyingParty.exchange(metadata, oidcCodeGrant)
    provider.keys = [provider.key.jwk]
    provider.tokens = { id_token: await provider.idToken({}, { kid: undefined }) }
    expect((await relyingParty.exchange(metadata, oidcCodeGrant)).claims['sub']).toBe('user-1')
    expect(fetches()).toBe(2)
  })

  it.each<[string, (key: object) => readonly object[], string]>([
    ['two have the name', (key) => [key, key], 'whose name several'],
    ['the one it names is malformed', (key) => [{ ...key, n: '!' }], 'is malformed'],
    ['the one it names is short', (key) => [{ ...key, ...SHORT }], 'below 2048 bits'],
  ])('that do not serve are said to be it: %s', async (_what, keysFrom, advice) => {
    provider.on('/jwks', json(200, { keys: keysFrom(provider.key.jwk) }))
    const relyingParty = client()
    const failure = await failureOf(relyingParty.exchange(await relyingParty.metadata(), oidcCodeGrant))
    expect(failure).toMatchObject({ code: 'id_token_invalid', advice: expect.stringContaining(advice) })
  })

  it('are fetched anew after ten minutes', async () => {
    const keys = keysOf()
    await keys.newerThan(undefined, 'id_token')
    time += 10 * 60_000
    expect(keys.known()).toBeUndefined()
    await keys.newerThan(undefined, 'id_token')
    expect(fetches()).toBe(2)
    // Keys do not last longer because the clock was set back.
    time -= 24 * 3_600_000
    expect(keys.known()).toBeUndefined()
  })

  it.each([
    ['nobody answers', text(500, '')],
    ['there is HTML', text(200, '<html>')],
    ['there is no list', json(200, { keys: {} })],
    ['there is a redirect', text(302, '', { location: 'http://127.0.0.1:1/' })],
    ['there are 20 MB', text(200, 'x'.repeat(20 * 1024 * 1024))],
  ])('that cannot be had make the provider unavailable: %s', async (_what, respond) => {
    provider.on('/jwks', respond)
    const relyingParty = client()
    const failure = await failureOf(relyingParty.exchange(await relyingParty.metadata(), oidcCodeGrant))
    expect(failure.code).toBe('provider_unavailable')
  })

  it('are what they are: junk beside them does no harm', async () => {
    provider.on(
      '/jwks',
      json(200, { keys: [null, 5, 'x', [], {}, { kty: 5 }, provider.key.jwk, { kty: 'oct', k: 'AA' }] }),
    )
    const relyingParty = client()
    const { claims } = await relyingParty.exchange(await relyingParty.metadata(), oidcCodeGrant)
    expect(claims['sub']).toBe('user-1')
  })
})

function keysOf(): Keys {
  const definition = oidcProvider(provider.issuer)
  return createKeys(`${provider.issuer}/jwks`, {
    provider: definition,
    call: createCall(definition, fetch),
    now: () => time,
  })
}

describe('keys for logout tokens', () => {
  it('are fetched once in 30 seconds, whatever flood of unknown keys comes in', async () => {
    const keys = keysOf()
    for (let token = 0; token < 1000; token += 1) await keys.newerThan(keys.known(), 'logout_token')
    expect(fetches()).toBe(1)
    time += 30_000
    await keys.newerThan(keys.known(), 'logout_token')
    expect(fetches()).toBe(2)
  })

  it('are waited for by all that come while they are fetched', async () => {
    const keys = keysOf()
    const sets = await Promise.all([1, 2, 3].map(() => keys.newerThan(keys.known(), 'logout_token')))
    expect([new Set(sets).size, fetches()]).toEqual([1, 1])
  })

  it('are asked for again after five seconds where there are none, and after a clock was set back', async () => {
    provider.on('/jwks', text(500, ''))
    const keys = keysOf()
    for (const step of [0, 5_000, -3_600_000]) {
      time += step
      await failureOf(keys.newerThan(undefined, 'logout_token'))
    }
    expect(fetches()).toBe(3)
  })

  it('are not asked for again and again at an address that does not answer', async () => {
    provider.on('/jwks', text(500, ''))
    const keys = keysOf()
    const failures = []
    for (let token = 0; token < 100; token += 1)
      failures.push(await failureOf(keys.newerThan(undefined, 'logout_token')))
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['provider_unavailable']))
    expect(fetches()).toBe(1)
  })

  it('never keep a sign-in from fetching its own', async () => {
    const keys = keysOf()
    await keys.newerThan(keys.known(), 'logout_token')
    await keys.newerThan(keys.known(), 'logout_token')
    const before = fetches()
    await keys.newerThan(keys.known(), 'id_token')
    expect(fetches()).toBe(before + 1)
  })
})
