import { GatewayError } from '../error.ts'
import { wait } from '../waiting.ts'
import type { Connection } from './transport.ts'

const PAUSES = [100, 400]

/**
 * What work comes to that must not fail for a stumble of the provider: an outage is met with two more attempts, begun
 * within the deadline of one call. A timeout has used that up.
 */
export async function insistently<Result>(
  work: () => Promise<Result>,
  { provider, now }: Pick<Connection, 'provider' | 'now'>,
): Promise<Result> {
  const until = now() + provider.timeout * 1000
  for (const pause of PAUSES) {
    try {
      return await work()
    } catch (error) {
      if (!isOutage(error) || now() + pause >= until) throw error
    }
    await wait(pause)
  }
  return work()
}

function isOutage(error: unknown): boolean {
  return (
    error instanceof GatewayError && (error.code === 'provider_unavailable' || error.code === 'provider_unreachable')
  )
}
