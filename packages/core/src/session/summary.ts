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
  /** `sub` of the ID token, where that is not the subject. */
  readonly sub: string | undefined
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
  const { provider, subject, sub, sid, signedInAt, touchedAt, device, label } = session
  return { id: publicId(session), provider, subject, sub, sid, signedInAt, touchedAt, device, label, adopted }
}

// A list in place of an object, and the second time as what has passed since the first: there is a summary to every
// session, and names would be half of it.
type Listed = readonly [
  id: string,
  provider: string,
  subject: string,
  signedInAt: number,
  touchedAfter: number,
  adopted: 0 | 1,
  sid?: string | null,
  device?: string | null,
  label?: string | null,
  sub?: string | null,
]

export function sealSummary(keyring: Keyring, key: string, summary: SessionSummary): string {
  const { id, provider, subject, signedInAt, touchedAt, adopted, sid, device, label, sub } = summary
  const known: Listed = [id, provider, subject, signedInAt, touchedAt - signedInAt, adopted ? 1 : 0]
  const more = [sid, device, label, sub]
  while (more.length > 0 && more.at(-1) === undefined) more.pop()
  return seal(keyring, key, JSON.stringify([...known, ...more]))
}

export function openSummary(keyring: Keyring, key: string, sealed: string): SessionSummary | undefined {
  const opened = open(keyring, key, sealed)
  if (opened === undefined) return undefined
  // Our own seal vouches for the shape.
  const [id, provider, subject, signedInAt, touchedAfter, adopted, sid, device, label, sub] = JSON.parse(
    opened.octets.toString(),
  ) as Listed
  return {
    id,
    provider,
    subject,
    sub: sub ?? undefined,
    sid: sid ?? undefined,
    signedInAt,
    touchedAt: signedInAt + touchedAfter,
    device: device ?? undefined,
    label: label ?? undefined,
    adopted: adopted === 1,
  }
}
