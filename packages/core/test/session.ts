import type { Grant, Session } from '../src/session/session.ts'

/** When everything in these tests begins. */
export const START = Date.UTC(2026, 0, 1)

export function grant(facts: Partial<Grant> = {}): Grant {
  return {
    accessToken: 'access-token-canary',
    receivedAt: START,
    expiresAt: undefined,
    refreshToken: 'refresh-token-canary',
    idToken: undefined,
    scope: ['read'],
    ...facts,
  }
}

export function session(facts: Partial<Session> = {}): Session {
  return {
    id: 'session-id-canary',
    provider: 'a',
    subject: '42',
    sub: undefined,
    user: { id: '42', name: 'Frieren' },
    signedInAt: START,
    touchedAt: START,
    authenticatedAt: undefined,
    acr: undefined,
    sid: undefined,
    device: undefined,
    label: undefined,
    profileMissedAt: undefined,
    grants: { a: grant() },
    ...facts,
  }
}
