import type { Found } from './sessions.ts'

/**
 * A session that a sign-in replaces, as that sign-in may have to remember it: where its answer is posted from another
 * site, the browser sends no cookie of the session with it.
 */
export interface FormerSession {
  readonly id: string
  readonly provider: string
  readonly subject: string
  /** Milliseconds since the epoch. */
  readonly signedInAt: number
  /** Text of its handle; absent for a session that lives in its cookie. */
  readonly handle?: string | undefined
}

export function asFormer({ session: { id, provider, subject, signedInAt }, record }: Found): FormerSession {
  return { id, provider, subject, signedInAt, handle: record?.handle.text }
}
