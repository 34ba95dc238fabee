import type { Session } from './session.ts'

/** Octets each part takes, largest first: for the operator whose session does not fit. */
export function weighSession(session: Session): readonly (readonly [part: string, octets: number])[] {
  const grants = Object.entries(session.grants).flatMap(([provider, grant]) => [
    [`access token of ${provider}`, octets(grant.accessToken)] as const,
    [`refresh token of ${provider}`, octets(grant.refreshToken)] as const,
    [`ID token of ${provider}`, octets(grant.idToken)] as const,
    [`granted scope of ${provider}`, octets(grant.scope.join(' '))] as const,
  ])
  const parts = [...grants, ['user profile', octets(JSON.stringify(session.user))] as const]
  return parts.sort(([, a], [, b]) => b - a)
}

function octets(text: string | undefined): number {
  return text === undefined ? 0 : Buffer.byteLength(text)
}
