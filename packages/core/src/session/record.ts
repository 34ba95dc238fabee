import type { Keyring } from '../crypto/keyring.ts'
import { decrypt, encrypt } from '../crypto/seal.ts'
import { decodePrivatePart, encodePrivatePart } from './codec.ts'
import type { Handle } from './handle.ts'
import type { Session } from './session.ts'
import { isSealedByNewest, openSummary, type SessionSummary, sealSummary, summarize } from './summary.ts'

// No part contains it.
const BETWEEN = '~'

/** Stands where an ended session lay that an old sealed cookie could bring back. */
export const TOMBSTONE = 'ended'

/**
 * A session as a store keeps it: a summary that the server can open, and the rest that only the browser can.
 *
 * @param companion what else the server keeps beside it, sealed
 */
export function encodeRecord(
  session: Session,
  { key, secret, adopted }: Handle,
  summaries: Keyring,
  companion?: string,
): string {
  const summary = sealSummary(summaries, key, summarize(session, adopted))
  const record = summary + BETWEEN + encrypt(secret, key, encodePrivatePart(session))
  return companion === undefined ? record : record + BETWEEN + companion
}

/** What was kept beside the session. */
export function companionOf(value: string): string | undefined {
  return value.split(BETWEEN)[2]
}

/** The session of a record; `undefined` when this handle does not open it, or no secret of ours its summary. */
export function decodeRecord(value: string, { key, secret }: Handle, summaries: Keyring): Session | undefined {
  const octets = decrypt(secret, key, value.split(BETWEEN, 2)[1] ?? '')
  const summary = octets && summaryOf(value, key, summaries)
  const session = summary && decodePrivatePart(octets, summary)
  return session && Object.freeze({ ...session, label: summary?.label })
}

export function summaryOf(value: string, key: string, summaries: Keyring): SessionSummary | undefined {
  const at = value.indexOf(BETWEEN)
  return at === -1 ? undefined : openSummary(summaries, key, value.slice(0, at))
}

/** Whether an older key than the newest sealed the summary. */
export function isOutdated(value: string, summaries: Keyring): boolean {
  return !isSealedByNewest(summaries, value)
}

/** The record with another summary: the half that only the browser can open stays as it is. */
export function relabelRecord(value: string, key: string, summary: SessionSummary, summaries: Keyring): string {
  return sealSummary(summaries, key, summary) + value.slice(value.indexOf(BETWEEN))
}
