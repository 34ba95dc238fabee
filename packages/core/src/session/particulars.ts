import type { Session } from './session.ts'

/** What the server may read of a session in a store: whose it is, since when, and no token. */
export type Particulars = Pick<Session, 'provider' | 'subject' | 'signedInAt' | 'touchedAt' | 'sid' | 'sub' | 'device'>

// Lists in place of objects, and moments as what has passed since another: every octet of a sealed session travels with
// every request, and every octet of a stored one is there a hundred thousand times.
export type ListedParticulars = readonly [
  provider: string,
  subject: string,
  signedInAt: number,
  touchedAfter: number,
  sid?: string | null,
  sub?: string | null,
  device?: string | null,
]

export function listParticulars(particulars: Particulars): readonly unknown[] {
  const { provider, subject, signedInAt, touchedAt, sid, sub, device } = particulars
  return withoutTail([provider, subject, signedInAt, touchedAt - signedInAt, sid, sub, device])
}

export function readParticulars(listed: ListedParticulars): Particulars {
  const [provider, subject, signedInAt, touchedAfter, sid, sub, device] = listed
  return {
    provider,
    subject,
    signedInAt,
    touchedAt: signedInAt + touchedAfter,
    sid: sid ?? undefined,
    sub: sub ?? undefined,
    device: device ?? undefined,
  }
}

/** A list without the `undefined` at its end: what is rarely there stands last, and costs nothing then. */
export function withoutTail(list: readonly unknown[]): readonly unknown[] {
  return list.slice(0, list.findLastIndex((value) => value !== undefined) + 1)
}
