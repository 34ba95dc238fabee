import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPools } from './pools.ts'

const LIMITS = {
  maxBodyBytes: 1,
  maxResponseHeaderBytes: 16384,
  connectTimeout: 1000,
  headersTimeout: 1000,
  idleTimeout: 1000,
  totalTimeout: 0,
  maxConnections: 2,
}

let server: Server
let origin: string

beforeEach(async () => {
  server = createServer((message, response) => {
    if (message.url === '/fast') response.end('fast')
    else response.writeHead(200).write('never ends')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server has an address object; only pipes have a string.
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

describe('connections to targets', () => {
  it('are shared by those who ask alike, and by nobody else (CVE-2026-16158)', async () => {
    const pools = createPools()
    const one = await pools.get('https://a.example', LIMITS)
    expect(await pools.get('https://a.example', { ...LIMITS, idleTimeout: 5 })).toBe(one)
    const others = [
      await pools.get('https://a.example:1', LIMITS),
      await pools.get('https://a.example', { ...LIMITS, connectTimeout: 1001 }),
      await pools.get('https://a.example', { ...LIMITS, maxConnections: 21000 }),
      await pools.get('https://a.example', { ...LIMITS, maxConnections: 2, connectTimeout: 10002 }),
      await pools.get('https://a.example', { ...LIMITS, maxResponseHeaderBytes: 32768 }),
    ]
    expect(new Set([one, ...others]).size).toBe(6)
    await pools.close()
  })

  it('are told apart also where their limits, written one after the other, would read the same', async () => {
    const pools = createPools()
    const numbers = [1, 11, 111, 1111]
    const opened = new Set<unknown>()
    for (const target of ['https://a.example', 'https://a.example:1', 'https://a.example:11']) {
      for (const connectTimeout of numbers) {
        for (const maxConnections of numbers) {
          for (const maxResponseHeaderBytes of numbers) {
            const limits = { ...LIMITS, connectTimeout, maxConnections, maxResponseHeaderBytes }
            opened.add(await pools.get(target, limits))
          }
        }
      }
    }
    expect(opened.size).toBe(3 * numbers.length ** 3)
    await pools.close()
  })

  it('are opened once for requests that come at once', async () => {
    const pools = createPools()
    const [one, two] = await Promise.all([pools.get(origin, LIMITS), pools.get(origin, LIMITS)])
    expect(one).toBe(two)
    await pools.close()
  })

  it('end with their exchanges, or when the deadline has passed', async () => {
    const pools = createPools(100)
    const pool = await pools.get(origin, LIMITS)
    const fast = await pool.request({ path: '/fast', method: 'GET' })
    const endless = await pool.request({ path: '/endless', method: 'GET' })
    const broken = endless.body.text().catch((error: unknown) => error)
    const closing = pools.close()
    expect(await fast.body.text()).toBe('fast')
    expect(pool.destroyed).toBe(false)
    await closing
    expect(pool.destroyed).toBe(true)
    expect(await broken).toBeInstanceOf(Error)
    expect(pools.close()).toBe(closing)
  })

  it('are not opened any more once they were closed', async () => {
    const pools = createPools()
    await pools.close()
    const late = await pools.get(origin, LIMITS)
    await expect(late.request({ path: '/fast', method: 'GET' })).rejects.toThrow(/closed|destroyed/)
  })
})
