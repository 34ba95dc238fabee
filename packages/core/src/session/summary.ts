import { fingerprint } from '../crypto/digest.ts'
import type { Keyring } from '../crypto/keyring.ts'
import { open, seal } from '../crypto/seal.ts'
import type { Session } from './session.ts'

/** What the server itself can read of a stored session: enough to list it for its owner, and no token. */
export interface SessionSummary {
  /** Public name of the session. It opens nothing. */
  readonly id: string
  readonly provider: string
  readonly subject: string
  readonly signedInAt: number
  readonly touchedAt: number
  /** The provider's own name for its session. */
  readonly sid: string | undefined
  /** `User-Agent` the user signed in with, shortened. */
  readonly device: string | undefined
  /** What the user calls it. */
  readonly label: string | undefined
  /** It came from a sealed cookie, and leaves a tombstone when it ends. */
  readonly adopted: boolean
}

/** Public name of a session, for lists, events and logs. */
export function publicId(session: Session): string {
  return fingerprint(session.id)
}

export function summarize(session: Session, adopted: boolean): SessionSummary {
  const { provider, subject, sid, signedInAt, touchedAt, device, label } = session
  return { id: publicId(session), provider, subject, sid, signedInAt, touchedAt, device, label, adopted }
}

export function sealSummary(keyring: Keyring, key: string, summary: SessionSummary): string {
  return seal(keyring, key, JSON.stringify(summary))
}

export function openSummary(keyring: Keyring, key: string, sealed: string): SessionSummary | undefined {
  const opened = open(keyring, key, sealed)
  // Our own seal vouches for the shape.
  return opened === undefined ? undefined : (JSON.parse(opened.text) as SessionSummary)
}
