import type { Reply } from '@postern/core'
import type { Mount } from './mount.ts'

/**
 * The reply as its mount wants it: a failure to throw has the headers of the error, and an error only where it is to be
 * thrown.
 */
export function withFailures(reply: Reply, { failures }: Mount): Reply {
  const { error } = reply
  if (error === undefined) return reply
  return failures === 'throw' ? { ...reply, headers: Object.entries(error.headers) } : { ...reply, error: undefined }
}
