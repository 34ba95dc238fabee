import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Store } from '@postern/core'
import { createClient } from 'redis'
import { afterEach, describe, expect, it } from 'vitest'
import { redisStore } from '../src/index.ts'
import { freePorts } from './free-port.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

// Seconds, and milliseconds that are much more than that.
const TIMEOUT = 0.3
const MUCH_LONGER = 5_000

const UNAVAILABLE = { code: 'store_unavailable', status: 503, retryAfter: 2 }
const RECORD = { value: 'value', expiresIn: 60_000, indexes: ['index'] }

const toUndo: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of toUndo.splice(0).reverse()) await undo()
})

describe('a server that dies in the middle of commands', () => {
  it('fails them within the deadline, as unavailable and not as signed out, and serves again when it is back', async () => {
    const server = await ownServer(['appendonly yes', 'appendfsync always'])
    const store = ownStore(server.url)
    await store.put('key', RECORD, { type: 'absent' })
    const began = performance.now()
    const outcomes = Promise.allSettled(
      Array.from({ length: 500 }, async (_, number) => {
        await wait(number / 5)
        return store.get('key')
      }),
    )
    await wait(20)
    await server.kill()
    for (const outcome of await outcomes) {
      if (outcome.status === 'fulfilled') expect(outcome.value?.value).toBe('value')
      else expect(outcome.reason).toMatchObject(UNAVAILABLE)
    }
    expect((await outcomes).at(-1)?.status).toBe('rejected')
    expect(performance.now() - began).toBeLessThan(MUCH_LONGER)
    await server.start()
    await recovered(store)
    expect((await store.get('key'))?.value).toBe('value')
    expect(await store.keysOf('index')).toEqual(['key'])
  })

  it('fails every kind of operation alike', async () => {
    const server = await ownServer()
    const store = ownStore(server.url)
    const put = await store.put('key', RECORD, { type: 'absent' })
    const lease = await store.lease('key', 'refresh', 60_000)
    await server.kill()
    if (!put.stored || lease === undefined) throw new Error('the store did not work while its server did')
    const outcomes = await Promise.allSettled([
      store.get('key'),
      store.put('key', RECORD, { type: 'version', version: put.version }),
      store.take('key'),
      store.delete('key'),
      store.lease('key', 'other', 1_000),
      store.extend('key', lease, 1_000),
      store.release('key', lease),
      store.keysOf('index'),
    ])
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.objectContaining(UNAVAILABLE) })
    }
  })
})

describe('a server that is away', () => {
  it('is reported at once, after the first have waited for it', async () => {
    const server = await ownServer()
    const store = ownStore(server.url)
    await store.get('key')
    await server.kill()
    await expect(store.get('key')).rejects.toMatchObject(UNAVAILABLE)
    await wait(TIMEOUT * 1_000)
    const began = performance.now()
    for (let number = 0; number < 200; number += 1) await expect(store.get('key')).rejects.toMatchObject(UNAVAILABLE)
    // One that waited for the deadline would take longer than all of these.
    expect(performance.now() - began).toBeLessThan(TIMEOUT * 1_000 * 20)
  })

  it('is waited for, when it is only away for a moment, by what was under way too', async () => {
    const server = await ownServer(['appendonly yes', 'appendfsync always'])
    const store = ownStore(server.url, 15)
    let version = 0
    for (let round = 0; round < 3; round += 1) {
      const before = version
      const gone = server.kill()
      const answers = Promise.all([
        store.get('key'),
        store.keysOf('index'),
        store.put('key', RECORD, version === 0 ? { type: 'absent' } : { type: 'version', version }),
      ])
      await gone
      await server.start()
      const [, , put] = await answers
      if (!put.stored) throw new Error('a put was told that it had lost, and nobody else was there')
      version = put.version
      expect(version).not.toBe(before)
      expect(await store.get('key')).toEqual({ value: 'value', version })
    }
    expect(await store.keysOf('index')).toEqual(['key'])
  })

  it('does not stop an application from starting, and is used as soon as it is there', async () => {
    const server = await ownServer()
    await server.kill()
    const store = ownStore(server.url)
    await expect(store.get('key')).rejects.toMatchObject(UNAVAILABLE)
    await server.start()
    await recovered(store)
  })

  it('does not keep a store from closing', async () => {
    const server = await ownServer()
    const store = ownStore(server.url)
    await store.get('key')
    await server.kill()
    await store.get('key').catch(() => undefined)
    await store.close()
    await store.close()
    await expect(store.get('key')).rejects.toMatchObject(UNAVAILABLE)
  })

  it('does not end the process through a client that nobody listens to', async () => {
    const server = await ownServer()
    const client = createClient({ url: server.url })
    toUndo.push(() => client.destroy())
    const store = redisStore({ client, commandTimeout: TIMEOUT })
    await client.connect()
    await store.get('key')
    await server.kill()
    await expect(store.get('key')).rejects.toMatchObject(UNAVAILABLE)
    await server.start()
    await recovered(store)
  })
})

describe('a server that hangs', () => {
  it('fails commands at the deadline, and serves again when it goes on', async () => {
    const server = await ownServer()
    const store = ownStore(server.url)
    await store.put('key', RECORD, { type: 'absent' })
    server.pause()
    toUndo.push(() => server.resume())
    const began = performance.now()
    await expect(store.get('key')).rejects.toMatchObject({
      ...UNAVAILABLE,
      advice: 'Redis did not answer within 300 ms.',
    })
    expect(performance.now() - began).toBeLessThan(MUCH_LONGER)
    server.resume()
    await recovered(store)
    expect((await store.get('key'))?.value).toBe('value')
  })

  it('is left for a new connection when the old one has gone silent', async () => {
    const server = await ownServer()
    const network = await startNetwork(server.port)
    const store = ownStore(network.url)
    await store.get('key')
    network.silence()
    await expect(store.get('key')).rejects.toMatchObject(UNAVAILABLE)
    await recovered(store)
  })

  it('is reported within the deadline when it never says a word', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    toUndo.push(() => server.close())
    const store = ownStore(`redis://127.0.0.1:${portOf(server)}`)
    await expect(store.get('key')).rejects.toMatchObject(UNAVAILABLE)
  })
})

describe('what an outage tells', () => {
  const SECRET = 'correct-horse-battery-staple'

  it('is what Redis answered, and no password', async () => {
    const server = await ownServer(['requirepass another-password'])
    const store = ownStore(server.url.replace('//', `//default:${SECRET}@`))
    const error: unknown = await store.get('key').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ ...UNAVAILABLE, advice: 'Redis answered WRONGPASS.' })
    expect(everythingIn(error)).not.toContain(SECRET)
  })

  it('is refused before anything is sent, where only the password is wrong', async () => {
    const server = await ownServer()
    const store = ownStore(server.url.replace('//', `//nobody:${SECRET}@`))
    await expect(store.put('key', RECORD, { type: 'absent' })).rejects.toMatchObject(UNAVAILABLE)
    expect(await ownStore(server.url).get('key')).toBeUndefined()
  })

  it('is how the connection failed, and no address', async () => {
    const [port] = await freePorts(1)
    const store = ownStore(`redis://user:${SECRET}@127.0.0.1:${port}`)
    const error: unknown = await store.get('key').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ ...UNAVAILABLE, advice: 'Redis cannot be reached: ECONNREFUSED.' })
    expect(everythingIn(error)).not.toContain(SECRET)
    expect(everythingIn(error)).not.toContain(String(port))
  })

  it('is what Redis answered to a command, and no value', async () => {
    const server = await ownServer(['rename-command EVALSHA ""'])
    const store = ownStore(server.url)
    const put = store.put('key', { ...RECORD, value: SECRET }, { type: 'absent' })
    const error: unknown = await put.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ ...UNAVAILABLE, advice: 'Redis answered ERR.' })
    expect(everythingIn(error)).not.toContain(SECRET)
  })
})

async function ownServer(lines: readonly string[] = []): Promise<RedisServer> {
  const server = await startRedis(lines)
  toUndo.push(() => server.stop())
  return server
}

function ownStore(url: string, commandTimeout = TIMEOUT): Store {
  const store = redisStore({ url, commandTimeout })
  toUndo.push(() => store.close())
  return store
}

/** Until the store answers; what it says before is an honest refusal. */
async function recovered(store: Store): Promise<void> {
  const until = performance.now() + 2 * MUCH_LONGER
  for (;;) {
    try {
      await store.get('key')
      return
    } catch (error) {
      expect(error).toMatchObject(UNAVAILABLE)
      expect(performance.now()).toBeLessThan(until)
      await wait(20)
    }
  }
}

/** A way to a server that can go silent without closing, as a network does: only new connections get through then. */
async function startNetwork(port: number): Promise<{ readonly url: string; silence(): void }> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const network = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    pairs.add([near, far])
    near.pipe(far).pipe(near)
    for (const socket of [near, far]) socket.on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  await once(network, 'listening')
  toUndo.push(() => {
    network.close()
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  })
  return {
    url: `redis://127.0.0.1:${portOf(network)}`,
    silence() {
      for (const [near, far] of pairs) {
        near.unpipe(far).pause()
        far.unpipe(near).pause()
      }
    },
  }
}

function portOf(server: ReturnType<typeof createServer>): number {
  // A server on a port has an `AddressInfo`.
  return (server.address() as AddressInfo).port
}

/** All that a careless log could write of an error. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return JSON.stringify(error) + error.stack + everythingIn(error.cause)
}
