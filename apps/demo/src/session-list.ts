import type { SessionAdministration, SessionSummary, SignedIn } from '@postern/core'

/** Where a user is signed in. Only where sessions are kept in a store does anybody know. */
export type SessionList =
  | { readonly state: 'listed'; readonly sessions: readonly ListedSession[] }
  | { readonly state: 'sealed' }

export interface ListedSession extends SessionSummary {
  /** Whether it is the session that asks. */
  readonly isCurrent: boolean
}

/** The sessions of whoever asks, the most recently used first. */
export async function readSessions(
  { provider, subject, signedInAt }: SignedIn,
  store: 'memory' | 'redis' | 'sealed',
  { list }: Pick<SessionAdministration, 'list'>,
): Promise<SessionList> {
  if (store === 'sealed') return { state: 'sealed' }
  const summaries = await list({ provider, subject })
  // Nobody signs in twice within a millisecond.
  const isCurrent = (summary: SessionSummary): boolean => summary.signedInAt === signedInAt.getTime()
  return { state: 'listed', sessions: summaries.map((summary) => ({ ...summary, isCurrent: isCurrent(summary) })) }
}
