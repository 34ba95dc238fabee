import { describe, expect, it } from 'vitest'
import { hooked } from '../../test/processes.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { FOREIGN, NEWEST } from '../../test/secrets.ts'
import { grant, START } from '../../test/session.ts'
import { createKeyring } from '../crypto/keyring.ts'
import { GatewayError } from '../error.ts'
import type { ProviderClient } from '../protocol/protocol.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { createRevocations, type Revocations } from './revocation.ts'

const INDEX = 'revocations'

interface Provider {
  readonly asked: string[]
  isDown: boolean
  /** While set, it answers when this has come to an end. */
  hangs: Promise<void> | undefined
}

function provider(): Provider {
  return { asked: [], isDown: false, hangs: undefined }
}

interface Options {
  readonly provider: Provider
  readonly store?: Store
  readonly secret?: string
  readonly canRevoke?: boolean
}

/** One process. It waits for nothing: delays are only written down. */
function revocationsOf({ provider, store, secret = NEWEST, canRevoke = true }: Options) {
  const { capabilities } = oauth2Provider('http://127.0.0.1:1')
  const client = {
    provider: oauth2Provider('http://127.0.0.1:1', {
      id: 'a',
      capabilities: { ...capabilities, revocation: canRevoke },
    }),
    metadata: () => ({ issuer: undefined, authorizationEndpoint: '', issuerInResponse: false }),
    async revoke(_metadata, token, hint) {
      provider.asked.push(`${hint} ${token}`)
      await provider.hangs
      if (provider.isDown) throw new GatewayError('provider_unavailable')
    },
  } satisfies Partial<ProviderClient>
  const givenUp: string[] = []
  const delays: number[] = []
  let names = 0
  const revocations: Revocations = createRevocations({
    // Nothing else is asked of it.
    clients: new Map([['a', client as Partial<ProviderClient> as ProviderClient]]),
    store,
    keyring: createKeyring([secret], 'revocation'),
    random() {
      names += 1
      return `name-${names}`
    },
    wait: async (milliseconds) => void delays.push(milliseconds),
    onGivenUp: (id) => givenUp.push(id),
  })
  return { revocations, givenUp, delays }
}

const GRANT = grant({ accessToken: 'access', refreshToken: 'refresh' })

describe('tokens that nobody will use', () => {
  it('are revoked in the background, the refresh token first', async () => {
    const idp = provider()
    const { revocations } = revocationsOf({ provider: idp })
    revocations.add('a', GRANT)
    await revocations.drain()
    expect(idp.asked).toEqual(['refresh_token refresh', 'access_token access'])
  })

  it('are left alone at a provider that cannot, or that nobody knows', async () => {
    const idp = provider()
    const { revocations, givenUp } = revocationsOf({ provider: idp, canRevoke: false })
    revocations.add('a', GRANT)
    revocations.add('b', GRANT)
    await revocations.drain()
    expect([idp.asked, givenUp]).toEqual([[], []])
  })

  it('of a provider that is down are tried four times in twenty seconds, and then the operator hears of it', async () => {
    const idp = provider()
    idp.isDown = true
    const { revocations, givenUp, delays } = revocationsOf({ provider: idp })
    revocations.add('a', GRANT)
    await revocations.drain()
    expect(idp.asked).toEqual(Array(4).fill('refresh_token refresh'))
    expect([delays, givenUp]).toEqual([[1_000, 4_000, 15_000], ['a']])
  })

  it('are too many at five hundred under way, and the operator hears of it', async () => {
    const idp = provider()
    const { promise, resolve } = Promise.withResolvers<void>()
    idp.hangs = promise
    const { revocations, givenUp } = revocationsOf({ provider: idp })
    for (let index = 0; index < 510; index += 1) revocations.add('a', GRANT)
    expect(givenUp).toHaveLength(10)
    resolve()
    await revocations.drain()
  })
})

describe('tokens that nobody will use, with a store', () => {
  it('are kept in it until the provider has taken them, and nobody can read them there', async () => {
    const idp = provider()
    idp.isDown = true
    const store = memoryStore()
    const { revocations, givenUp } = revocationsOf({ provider: idp, store })
    revocations.add('a', GRANT)
    await revocations.drain()
    const [key = ''] = await store.keysOf(INDEX)
    expect((await store.get(key))?.value).not.toMatch(/access|refresh/)
    expect(givenUp).toEqual([])

    idp.isDown = false
    await revocations.resume()
    await revocations.drain()
    expect(await store.keysOf(INDEX)).toEqual([])
    expect(idp.asked.slice(-2)).toEqual(['refresh_token refresh', 'access_token access'])
  })

  it('survive the process that took them on', async () => {
    let time = START
    const idp = provider()
    const { promise, resolve } = Promise.withResolvers<void>()
    idp.hangs = promise
    const store = memoryStore({ now: () => time })
    const dying = revocationsOf({ provider: idp, store }).revocations
    dying.add('a', GRANT)
    await new Promise((next) => setImmediate(next))

    const { revocations } = revocationsOf({ provider: idp, store })
    idp.hangs = undefined
    await revocations.resume()
    await revocations.drain()
    // The one that died still holds them.
    expect(idp.asked).toHaveLength(1)
    time += 180_000
    await revocations.resume()
    await revocations.drain()
    expect(idp.asked).toHaveLength(3)
    expect(await store.keysOf(INDEX)).toEqual([])
    resolve()
  })

  it('are taken up by one process at a time', async () => {
    const idp = provider()
    idp.isDown = true
    const store = memoryStore()
    const one = revocationsOf({ provider: idp, store }).revocations
    one.add('a', GRANT)
    await one.drain()
    idp.isDown = false
    idp.asked.length = 0
    const others = [1, 2, 3].map(() => revocationsOf({ provider: idp, store }).revocations)
    await Promise.all(others.map((other) => other.resume()))
    await Promise.all(others.map((other) => other.drain()))
    expect(idp.asked).toHaveLength(2)
  })

  it('are revoked all the same when the store is down', async () => {
    const idp = provider()
    const store = hooked(memoryStore(), () => {
      throw new GatewayError('store_unavailable')
    })
    const { revocations } = revocationsOf({ provider: idp, store })
    revocations.add('a', GRANT)
    await revocations.resume()
    await revocations.drain()
    expect(idp.asked).toHaveLength(2)
  })

  it('wait in the store when there are too many, and are done in the next rounds', async () => {
    const idp = provider()
    const { promise, resolve } = Promise.withResolvers<void>()
    idp.hangs = promise
    const store = memoryStore()
    const { revocations } = revocationsOf({ provider: idp, store })
    for (let index = 0; index < 600; index += 1) revocations.add('a', GRANT)
    await new Promise((next) => setImmediate(next))
    expect(idp.asked.length).toBe(500)
    resolve()
    await revocations.drain()
    expect(await store.keysOf(INDEX)).toHaveLength(100)
    await revocations.resume()
    await revocations.drain()
    expect(await store.keysOf(INDEX)).toEqual([])
  })

  it('that another secret sealed are left to whoever knows it', async () => {
    const idp = provider()
    idp.isDown = true
    const store = memoryStore()
    const theirs = revocationsOf({ provider: idp, store, secret: FOREIGN }).revocations
    theirs.add('a', GRANT)
    await theirs.drain()
    idp.asked.length = 0
    const ours = revocationsOf({ provider: idp, store }).revocations
    await ours.resume()
    await ours.drain()
    expect(idp.asked).toEqual([])
    await theirs.resume()
    await theirs.drain()
    expect(idp.asked).not.toEqual([])
  })
})
