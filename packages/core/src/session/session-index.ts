import { hash } from 'node:crypto'
import type { Session } from './session.ts'

/** Index entry under which all sessions of a user are found. */
export function subjectIndex(provider: string, subject: string): string {
  return indexOf('sub', provider, subject)
}

/** Index entry of the provider's own session: `sid` of OpenID Connect Front- and Back-Channel Logout. */
export function sidIndex(provider: string, sid: string): string {
  return indexOf('sid', provider, sid)
}

export function indexesOf({
  provider,
  subject,
  sid,
}: Pick<Session, 'provider' | 'subject' | 'sid'>): readonly string[] {
  const bySubject = subjectIndex(provider, subject)
  return sid === undefined ? [bySubject] : [bySubject, sidIndex(provider, sid)]
}

/** Hashed, so that a store names no user; with lengths, so that no two pairs look alike. */
function indexOf(kind: string, provider: string, value: string): string {
  return `${kind}:${hash('sha256', `${provider.length}:${provider}:${value}`, 'base64url')}`
}
