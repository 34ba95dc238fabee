import { describe, expect, it } from 'vitest'
import { clientOf, createRateLimit } from './rate-limit.ts'

const RATE = { requests: 3, seconds: 10 }

function clocked() {
  let time = 1_000_000
  const limit = createRateLimit(RATE, () => time)
  const count = (client: string | undefined): string => {
    try {
      limit.count(client)
      return 'counted'
    } catch (error) {
      return error instanceof Error && 'retryAfter' in error ? `wait ${error.retryAfter}` : String(error)
    }
  }
  const advance = (milliseconds: number): void => {
    time += milliseconds
  }
  return { count, advance }
}

describe('a rate limit', () => {
  it('refuses the request that is one too many, and says how long to wait', () => {
    const { count, advance } = clocked()
    expect([count('192.0.2.1'), count('192.0.2.1'), count('192.0.2.1')]).toEqual(['counted', 'counted', 'counted'])
    advance(3_400)
    expect(count('192.0.2.1')).toBe('wait 7')
  })

  it('starts anew when its seconds are over, however many were refused', () => {
    const { count, advance } = clocked()
    for (let index = 0; index < 50; index += 1) count('192.0.2.1')
    advance(9_999)
    expect(count('192.0.2.1')).toBe('wait 1')
    advance(1)
    expect(count('192.0.2.1')).toBe('counted')
  })

  it('counts each client by itself', () => {
    const { count } = clocked()
    for (let index = 0; index < 5; index += 1) count('192.0.2.1')
    expect(count('192.0.2.2')).toBe('counted')
  })

  it('is not evaded by the many addresses of one IPv6 network, or by IPv4 in IPv6 clothes', () => {
    const { count } = clocked()
    for (const host of ['::1', '::2', 'ffff:1:2:3']) count(`2001:db8:1:2${host.startsWith('::') ? '' : ':'}${host}`)
    expect(count('2001:0db8:0001:0002:a:b:c:d')).toMatch(/^wait/)
    for (let index = 0; index < 3; index += 1) count('::ffff:192.0.2.9')
    expect(count('192.0.2.9')).toMatch(/^wait/)
  })

  it('lets pass whom the framework cannot name', () => {
    const { count } = clocked()
    expect(Array.from({ length: 9 }, () => count(undefined))).toEqual(Array.from({ length: 9 }, () => 'counted'))
  })

  it('remembers a bounded number of clients, the latest', () => {
    const { count } = clocked()
    for (let index = 0; index < 3; index += 1) count('first')
    for (let index = 0; index < 20_000; index += 1) count(`client-${index}`)
    expect(count('first')).toBe('counted')
    count('client-19999')
    count('client-19999')
    expect(count('client-19999')).toMatch(/^wait/)
  })
})

describe('the client of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:DB8:0:0:1:2:3:4', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s is %s', (address, client) => {
    expect(clientOf(address)).toBe(client)
  })
})
