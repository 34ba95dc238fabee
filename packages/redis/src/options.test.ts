import { inspect } from 'node:util'
import { GatewayError } from '@postern/core'
import { createCluster } from 'redis'
import { describe, expect, it } from 'vitest'
import { redisStore } from './redis-store.ts'

describe('options of redisStore', () => {
  it('are all looked at, and every problem is told at once', () => {
    const error = refusal({ uri: 'x', prefix: 'a{b}', commandTimeout: 2_000 })
    expect(error.code).toBe('config_invalid')
    expect(error.advice?.split('\n')).toEqual([
      'uri is not an option of redisStore. Known: url, client, prefix, commandTimeout.',
      'Give redisStore either url or client.',
      'prefix must be 1 to 64 letters, digits, and the characters _ . : -',
      'commandTimeout must be a number of seconds from 0.05 to 60.',
    ])
  })

  it('name one Redis, not two', () => {
    const client = createCluster({ rootNodes: [] })
    expect(refusal({ url: 'redis://127.0.0.1', client }).advice).toBe('Give redisStore either url or client.')
  })

  it.each([
    'http://127.0.0.1:6379',
    'redis:///0',
    'redis://127.0.0.1/sessions',
    'redis://user:50%@127.0.0.1',
    'not a url: hunter2-hunter2',
    'redis://user:hunter2-hunter2@[::1',
  ])('refuse the address %s, and do not quote it', (url) => {
    const error = refusal({ url })
    expect(error.advice).toBe('url must be like redis://user:password@host:6379/0, or rediss:// for TLS.')
    expect(inspect(error)).not.toContain('hunter2')
  })

  it.each([{}, 'redis', null, { get() {} }])('refuse %s as a client', (client) => {
    expect(refusal({ client }).advice).toMatch(/^client must be made by createClient/)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, '2'])('refuse a commandTimeout of %s', (commandTimeout) => {
    expect(refusal({ url: 'redis://127.0.0.1', commandTimeout }).advice).toMatch(/^commandTimeout must be/)
  })
})

/** What JavaScript, or a configuration file, can pass. */
function refusal(options: object): GatewayError {
  try {
    // The point is to pass what the type does not allow.
    redisStore(options as Parameters<typeof redisStore>[0])
  } catch (error) {
    if (error instanceof GatewayError) return error
  }
  throw new Error('the options were accepted')
}
