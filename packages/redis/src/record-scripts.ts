import { script } from './script.ts'

/** KEYS: record. The record. For clients whose `get` may ask a replica. */
export const GET = script(`return redis.call('GET', KEYS[1])`)

/** KEYS: record. The header of the record, which is enough to know its indexes. */
export const HEADER = script(`
  local record = redis.call('GET', KEYS[1])
  return record and string.match(record, '^[^\\n]*')
`)

/** KEYS: record. Takes it away; the record. */
export const TAKE = script(`
  local record = redis.call('GET', KEYS[1])
  redis.call('DEL', KEYS[1])
  return record
`)

/** KEYS: record. Deletes it; its header. */
export const DELETE = script(`
  local record = redis.call('GET', KEYS[1])
  redis.call('DEL', KEYS[1])
  return record and string.match(record, '^[^\\n]*')
`)

/**
 * KEYS: record, fence. ARGV: the version that must be there or '', the fence that must be the last one or '', the new
 * version, the new record, milliseconds. `{1, header of the record that was replaced}`, or `{0}`.
 *
 * A client that lost the answer may send it again: finding its own version there, it has not lost.
 */
export const PUT = script(`
  local record = redis.call('GET', KEYS[1])
  local version = record and string.match(record, '^%d+') or ''
  if version == ARGV[3] then return {1} end
  if version ~= ARGV[1] then return {0} end
  if ARGV[2] ~= '' and redis.call('GET', KEYS[2]) ~= ARGV[2] then return {0} end
  if tonumber(ARGV[5]) > 0 then
    redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
  else
    redis.call('DEL', KEYS[1])
  end
  return {1, record and string.match(record, '^[^\\n]*')}
`)
