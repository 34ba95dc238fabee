import type { UserProfile } from '../provider/provider.ts'
import { type Particulars, withoutTail } from './particulars.ts'
import type { Grant, Session } from './session.ts'

// All that is no particular: of a session in a store, only the browser's key opens it.
export type ListedPrivatePart = readonly [
  id: string,
  /** Without its `id`, which is the subject. */
  profile: Omit<UserProfile, 'id'>,
  grants: Readonly<Record<string, ListedGrant>>,
  authenticatedAfter?: number | null,
  acr?: string | null,
  profileMissedAfter?: number | null,
]

type ListedGrant = readonly [
  accessToken: string,
  receivedAfter: number,
  lifetime?: number | null,
  scope?: string | null,
  refreshToken?: string | null,
  idToken?: string | null,
]

export function listPrivatePart(session: Session): readonly unknown[] {
  const { id, user, grants, signedInAt, authenticatedAt, acr, profileMissedAt } = session
  const { id: _subject, ...profile } = user
  return withoutTail([
    id,
    profile,
    mapValues(grants, (grant) => listGrant(grant, signedInAt)),
    since(signedInAt, authenticatedAt),
    acr,
    since(signedInAt, profileMissedAt),
  ])
}

/** The session that consists of both. */
export function readPrivatePart(listed: ListedPrivatePart, particulars: Particulars): Session {
  const [id, profile, grants, authenticatedAfter, acr, profileMissedAfter] = listed
  const { provider, subject, signedInAt, touchedAt, sid, sub, device } = particulars
  return {
    id,
    provider,
    subject,
    sub,
    user: frozen({ id: subject, ...profile }),
    signedInAt,
    touchedAt,
    authenticatedAt: after(signedInAt, authenticatedAfter),
    acr: acr ?? undefined,
    sid,
    device,
    label: undefined,
    profileMissedAt: after(signedInAt, profileMissedAfter),
    grants: Object.freeze(mapValues(grants, (grant) => readGrant(grant, signedInAt))),
  }
}

function listGrant(grant: Grant, signedInAt: number): readonly unknown[] {
  const { accessToken, receivedAt, expiresAt, scope, refreshToken, idToken } = grant
  const scopes = scope.length === 0 ? undefined : scope.join(' ')
  const lifetime = since(receivedAt, expiresAt)
  return withoutTail([accessToken, receivedAt - signedInAt, lifetime, scopes, refreshToken, idToken])
}

function readGrant(listed: ListedGrant, signedInAt: number): Grant {
  const [accessToken, receivedAfter, lifetime, scopes, refreshToken, idToken] = listed
  const receivedAt = signedInAt + receivedAfter
  return Object.freeze({
    accessToken,
    receivedAt,
    expiresAt: after(receivedAt, lifetime),
    refreshToken: refreshToken ?? undefined,
    idToken: idToken ?? undefined,
    scope: Object.freeze(scopes?.split(' ') ?? []),
  })
}

function since(start: number, moment: number | undefined): number | undefined {
  return moment === undefined ? undefined : moment - start
}

function after(start: number, passed: number | null | undefined): number | undefined {
  return passed === undefined || passed === null ? undefined : start + passed
}

/** Frozen throughout: opened sessions are remembered, and what a handler changed in one would outlive its request. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen)
  return Object.freeze(value)
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
