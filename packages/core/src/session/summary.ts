import { fingerprint } from '../crypto/digest.ts'
import { KEY_ID_CHARACTERS, type Keyring } from '../crypto/keyring.ts'
import { decrypt, encrypt } from '../crypto/seal.ts'
import {
  type ListedParticulars,
  listParticulars,
  type Particulars,
  readParticulars,
  withoutTail,
} from './particulars.ts'
import type { Session } from './session.ts'

/** What the server itself can read of a stored session: enough to list it for its owner, and no token. */
export interface SessionSummary extends Particulars {
  /** Public name of the session. It opens nothing. */
  readonly id: string
  /** What the user calls it. */
  readonly label: string | undefined
  /** It came from a sealed cookie, and leaves a tombstone when it ends. */
  readonly adopted: boolean
}

/** Public name of a session, for lists, events and logs. */
export function publicId({ id }: Pick<Session, 'id'>): string {
  return fingerprint(id)
}

export function summarize(session: Session, adopted: boolean): SessionSummary {
  const { provider, subject, sub, sid, signedInAt, touchedAt, device, label } = session
  return { id: publicId(session), provider, subject, sub, sid, signedInAt, touchedAt, device, label, adopted }
}

type ListedSummary = readonly [id: string, particulars: ListedParticulars, adopted?: 1 | null, label?: string | null]

/** `<key id><payload>`: without the stamp of a cookie, as only the store shows it. */
export function sealSummary({ current }: Keyring, key: string, summary: SessionSummary): string {
  const { id, adopted, label } = summary
  const listed = withoutTail([id, listParticulars(summary), adopted ? 1 : undefined, label])
  return current.id + encrypt(current.key, key, JSON.stringify(listed))
}

export function openSummary(keyring: Keyring, key: string, sealed: string): SessionSummary | undefined {
  const sealing = keyring.find(sealed.slice(0, KEY_ID_CHARACTERS))
  const octets = sealing && decrypt(sealing.key, key, sealed.slice(KEY_ID_CHARACTERS))
  if (octets === undefined) return undefined
  // Our own seal vouches for the shape.
  const [id, particulars, adopted, label] = JSON.parse(octets.toString()) as ListedSummary
  return { ...readParticulars(particulars), id, adopted: adopted === 1, label: label ?? undefined }
}

/** Whether the newest key sealed a summary that opens. */
export function isSealedByNewest({ current }: Keyring, sealed: string): boolean {
  return sealed.startsWith(current.id)
}
