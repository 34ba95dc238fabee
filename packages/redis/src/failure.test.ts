import { ClientClosedError, SimpleError, SocketClosedUnexpectedlyError } from 'redis'
import { describe, expect, it } from 'vitest'
import { describeFailure } from './failure.ts'

const SECRET = 'correct-horse-battery-staple'

describe('a failure in words', () => {
  it.each([
    [new SimpleError(`ERR unknown command 'EVALSHA', with args beginning with: '${SECRET}'`), 'answered ERR'],
    [new SimpleError('OOM command not allowed when used memory > maxmemory.'), 'answered OOM'],
    [new SimpleError(SECRET), 'failed: SimpleError'],
    [new SocketClosedUnexpectedlyError(), 'failed: SocketClosedUnexpectedlyError'],
    [new ClientClosedError(), 'has a client that was closed, or never connected'],
    [Object.assign(new Error(`connect to ${SECRET}`), { code: 'ECONNREFUSED' }), 'cannot be reached: ECONNREFUSED'],
    [Object.assign(new Error('odd'), { code: SECRET }), 'failed: Error'],
    [SECRET, 'failed'],
    [undefined, 'failed'],
  ])('keeps what is ours and drops what may be anybody’s: %o', (error, words) => {
    expect(describeFailure(error)).toBe(words)
  })
})
