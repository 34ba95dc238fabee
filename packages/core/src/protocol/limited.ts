import { GatewayError } from '../error.ts'
import type { Call } from './transport.ts'

// A provider that hangs keeps every call for its whole deadline. More than this at once would only queue behind it,
// and take the sockets and the memory that everybody else needs.
const MAX_UNDER_WAY = 256

/** The same way to a provider, for a bounded number of calls at once: more are told to come back. */
export function limited(call: Call, provider: string, max: number = MAX_UNDER_WAY): Call {
  let underWay = 0
  return async (url, request) => {
    if (underWay >= max) throw new GatewayError('provider_unavailable', { provider, retryAfter: 1 })
    underWay += 1
    try {
      return await call(url, request)
    } finally {
      underWay -= 1
    }
  }
}
