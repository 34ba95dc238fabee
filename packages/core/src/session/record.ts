import type { KeyObject } from 'node:crypto'
import type { Keyring } from '../crypto/keyring.ts'
import { decrypt, encrypt } from '../crypto/seal.ts'
import { decodeSession, encodeSession } from './codec.ts'
import type { Handle } from './handle.ts'
import type { Session } from './session.ts'
import { openSummary, type SessionSummary, sealSummary } from './summary.ts'

// Neither half contains it.
const BETWEEN = '~'

/** Stands where an ended session lay that an old sealed cookie could bring back. */
export const TOMBSTONE = 'ended'

/** A session as a store keeps it: a summary that the server can open, and all of it that only the browser can. */
export function encodeRecord(session: Session, { key, secret }: Handle, summaries: Keyring): string {
  return sealSummary(summaries, key, session) + BETWEEN + encrypt(secret, key, encodeSession(session))
}

/** The session of a record; `undefined` when this handle does not open it. */
export function decodeRecord(value: string, key: string, secret: KeyObject): Session | undefined {
  const text = decrypt(secret, key, value.slice(value.indexOf(BETWEEN) + 1))
  return text === undefined ? undefined : decodeSession(text)
}

export function summaryOf(value: string, key: string, summaries: Keyring): SessionSummary | undefined {
  const at = value.indexOf(BETWEEN)
  return at === -1 ? undefined : openSummary(summaries, key, value.slice(0, at))
}
