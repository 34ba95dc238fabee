import type { Found } from './sessions.ts'

/**
 * A session that a sign-in is to replace, as that sign-in remembers it: where its answer is posted from another site,
 * the browser sends no cookie of the session with it.
 */
export interface FormerSession {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly signedInAt: number
  /** Text of its handle; absent for a session that lives in its cookie. */
  readonly handle?: string | undefined
}

export function asFormer({ session: { id, signedInAt }, record }: Found): FormerSession {
  return { id, signedInAt, handle: record?.handle.text }
}
