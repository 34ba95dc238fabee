import type { GatewayError } from '../error.ts'
import type { RefreshOutcome } from '../protocol/protocol.ts'

/** What is known of a refresh token once it was presented. */
export type Answered = Exclude<RefreshOutcome, { type: 'lost' }>

/**
 * Presents a refresh token. Decision 17: an answer that got lost is asked for once more; a second loss is an outage
 * like any other.
 *
 * @param mayRepeat whether it is worth that, and nobody else may have presented the token meanwhile
 */
export async function present(
  refresh: () => Promise<RefreshOutcome>,
  mayRepeat: (lost: GatewayError) => Promise<boolean>,
): Promise<Answered> {
  const first = await refresh()
  if (first.type !== 'lost') return first
  if (!(await mayRepeat(first.error))) throw first.error
  const second = await refresh()
  if (second.type === 'lost') throw second.error
  return second
}
