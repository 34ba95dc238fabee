import { shortDigest } from '../crypto/digest.ts'
import type { Session } from './session.ts'

/** Index entry under which all sessions of a user are found. */
export function subjectIndex(provider: string, subject: string): string {
  return indexOf('subject', provider, subject)
}

/** Index entry of a `sub` that is not the subject: somebody else may have it for theirs. */
export function subIndex(provider: string, sub: string): string {
  return indexOf('sub', provider, sub)
}

/** Index entry of the provider's own session: `sid` of OpenID Connect Front- and Back-Channel Logout. */
export function sidIndex(provider: string, sid: string): string {
  return indexOf('sid', provider, sid)
}

export function indexesOf({
  provider,
  subject,
  sub,
  sid,
}: Pick<Session, 'provider' | 'subject' | 'sub' | 'sid'>): readonly string[] {
  const indexes = [subjectIndex(provider, subject)]
  if (sub !== undefined) indexes.push(subIndex(provider, sub))
  if (sid !== undefined) indexes.push(sidIndex(provider, sid))
  return indexes
}

/** Hashed, so that a store names no user; with lengths, so that no two pairs look alike. */
function indexOf(kind: string, provider: string, value: string): string {
  return `${kind}:${shortDigest(`${provider.length}:${provider}:${value}`)}`
}
