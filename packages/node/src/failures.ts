import type { GatewayError, Reply } from '@postern/core'
import type { Mount } from './mount.ts'

/** A reply as its mount wants it. */
export interface Outcome extends Reply {
  /**
   * To be thrown, where failures are for the application to answer; `headers` are those of the error then. The cookies
   * have to reach the browser all the same.
   */
  readonly thrown?: GatewayError | undefined
}

/** The reply as it is, or the failure in it to throw. */
export function withFailures(reply: Reply, { failures }: Mount): Outcome {
  if (failures !== 'throw' || reply.failure === undefined) return reply
  const thrown = reply.failure()
  // What CORS says of the answer, whoever writes it: a page of an allowed origin could not read it otherwise.
  const rights = reply.headers.filter(([name, value]) => name.startsWith('access-control-') || value === 'origin')
  return { ...reply, headers: [...Object.entries(thrown.headers), ...rights], thrown }
}
