import { GatewayError } from '@postern/core'
import type { RedisClient } from './client.ts'

/** Where Redis is, and how long to wait for it. Give either `url` or `client`. */
export type RedisStoreOptions = RedisStoreSettings & (ConnectedByUrl | ConnectedByClient)

interface RedisStoreSettings {
  /** In front of every key. Default `postern`. Give each application on one Redis its own. */
  readonly prefix?: string
  /**
   * Seconds an operation may take before it rejects with `store_unavailable`, connecting included. Default 2. A
   * person waits that long to read that the server is not available; a slow network to Redis may need more.
   */
  readonly commandTimeout?: number
}

interface ConnectedByUrl {
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS. The store connects, and `close()` disconnects. */
  readonly url: string
  readonly client?: undefined
}

interface ConnectedByClient {
  /** A connected client, for a cluster, for Sentinel, or for settings of your own. You made it, so you close it. */
  readonly client: RedisClient
  readonly url?: undefined
}

const NAMES = ['url', 'client', 'prefix', 'commandTimeout']
const MIN_TIMEOUT = 0.05
const MAX_TIMEOUT = 60

/** Throws one `config_invalid` that lists every problem, and quotes no address: it may hold a password. */
export function checkOptions(options: RedisStoreOptions, prefix: unknown, commandTimeout: unknown): void {
  const { url, client } = options
  const problems = [
    ...Object.keys(options)
      .filter((name) => !NAMES.includes(name))
      .map((name) => `${name} is not an option of redisStore. Known: ${NAMES.join(', ')}.`),
    ...((url === undefined) === (client === undefined) ? ['Give redisStore either url or client.'] : []),
    ...(url === undefined || isRedisUrl(url)
      ? []
      : ['url must be like redis://user:password@host:6379/0, or rediss:// for TLS.']),
    ...(client === undefined || isClient(client)
      ? []
      : ['client must be made by createClient, createCluster or createSentinel of the redis package.']),
    // No braces: they say which part of a key decides where it lives.
    ...(typeof prefix === 'string' && /^[\w.:-]{1,64}$/.test(prefix)
      ? []
      : ['prefix must be 1 to 64 letters, digits, and the characters _ . : -']),
    ...(typeof commandTimeout === 'number' && commandTimeout >= MIN_TIMEOUT && commandTimeout <= MAX_TIMEOUT
      ? []
      : [`commandTimeout must be a number of seconds from ${MIN_TIMEOUT} to ${MAX_TIMEOUT}.`]),
  ]
  if (problems.length > 0) throw new GatewayError('config_invalid', { advice: problems.join('\n') })
}

function isRedisUrl(text: unknown): boolean {
  const url = typeof text === 'string' ? URL.parse(text) : null
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') return false
  return /^\/?\d*$/.test(url.pathname) && isPercentEncoded(url.username) && isPercentEncoded(url.password)
}

function isPercentEncoded(text: string): boolean {
  return !/%(?![0-9a-f]{2})/i.test(text)
}

function isClient(client: unknown): boolean {
  return typeof client === 'object' && client !== null && 'evalSha' in client && 'on' in client
}
