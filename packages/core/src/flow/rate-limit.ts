import { GatewayError } from '../error.ts'
import type { Rate } from '../options.ts'

/** Counts requests of each client. Clients are told apart by the address that the framework vouches for. */
export interface RateLimit {
  /** Counts a request; throws `rate_limited` with the seconds to wait when it is one too many. */
  count(client: string | undefined): void
}

interface Window {
  readonly until: number
  requests: number
}

const MAX_CLIENTS = 20_000

/** Fixed windows, in memory, for this process. Bounded: beyond twenty thousand clients the oldest are forgotten. */
export function createRateLimit({ requests, seconds }: Rate, now: () => number): RateLimit {
  const windows = new Map<string, Window>()

  const open = (client: string): Window => {
    const window = { until: now() + seconds * 1000, requests: 0 }
    windows.delete(client)
    windows.set(client, window)
    const [oldest] = windows.keys()
    if (windows.size > MAX_CLIENTS && oldest !== undefined) windows.delete(oldest)
    return window
  }

  return {
    count(address) {
      if (address === undefined) return
      const client = clientOf(address)
      const known = windows.get(client)
      const window = known === undefined || known.until <= now() ? open(client) : known
      window.requests += 1
      if (window.requests <= requests) return
      throw new GatewayError('rate_limited', { retryAfter: Math.max(1, Math.ceil((window.until - now()) / 1000)) })
    },
  }
}

/**
 * Who an address belongs to: one customer of an IPv6 network has a whole /64, and IPv4 written as IPv6 is IPv4.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6177
 */
export function clientOf(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.toLowerCase().replace(/%.*$/, '').split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
