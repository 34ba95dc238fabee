import { script } from './script.ts'

/**
 * How long after its lease, and after the record as it stands, a fence is remembered: the contract's minute. It lets
 * a holder that was late still put; what is forgotten only refuses.
 */
const MEMORY = 60_000

const REMEMBER = `
  local function remember(fence, milliseconds)
    local left = math.max(redis.call('PTTL', KEYS[3]), milliseconds) + ${MEMORY}
    redis.call('SET', KEYS[2], fence, 'PX', string.format('%.0f', left))
  end
`

/**
 * KEYS: lease, fence, record. ARGV: milliseconds. The fence, or nothing when the lease is held.
 *
 * Fences are microseconds of the server's clock, or one more than the last: so they grow even where the last one was
 * forgotten, and where a replica took over that had not heard of it.
 */
export const LEASE = script(`${REMEMBER}
  if redis.call('EXISTS', KEYS[1]) == 1 then return false end
  local time = redis.call('TIME')
  local last = tonumber(redis.call('GET', KEYS[2]) or 0)
  local fence = string.format('%.0f', math.max(last + 1, time[1] * 1000000 + time[2]))
  redis.call('SET', KEYS[1], fence, 'PX', ARGV[1])
  remember(fence, tonumber(ARGV[1]))
  return fence
`)

/** KEYS: lease, fence, record. ARGV: fence, milliseconds. 1, or 0 when somebody else or nobody holds the lease. */
export const EXTEND = script(`${REMEMBER}
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  remember(ARGV[1], tonumber(ARGV[2]))
  return 1
`)

/** KEYS: lease. ARGV: fence. */
export const RELEASE = script(`
  if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
  return 0
`)
