import type { UserProfile } from '../provider/provider.ts'
import { packText, unpackText } from '../store/packed-text.ts'
import type { Grant, Session } from './session.ts'

// The first octet.
const FORMAT = 2

// Short names, because every byte of a sealed session travels with every request.
interface Encoded {
  readonly i: string
  readonly p: string
  readonly b?: string | undefined
  readonly u: UserProfile
  readonly s: number
  readonly t: number
  readonly a?: number | undefined
  readonly c?: string | undefined
  readonly d?: string | undefined
  readonly o?: string | undefined
  readonly m?: number | undefined
  readonly g: Readonly<Record<string, EncodedGrant>>
}

interface EncodedGrant {
  readonly a: string
  readonly n: number
  readonly e?: number | undefined
  readonly r?: string | undefined
  readonly i?: string | undefined
  readonly s?: string | undefined
}

/** The session in as few octets as it takes, to be sealed: most of it are tokens, which are base64url mostly. */
export function encodeSession(session: Session): Buffer {
  const encoded: Encoded = {
    i: session.id,
    p: session.provider,
    b: session.sub,
    u: session.user,
    s: session.signedInAt,
    t: session.touchedAt,
    a: session.authenticatedAt,
    c: session.acr,
    d: session.device,
    o: session.sid,
    m: session.profileMissedAt,
    g: mapValues(session.grants, encodeGrant),
  }
  return Buffer.concat([Buffer.of(FORMAT), packText(JSON.stringify(encoded))])
}

/**
 * Reads what `encodeSession` wrote. The seal vouches for the shape, so only the format is looked at: `undefined` for a
 * session of another, whose user signs in again.
 */
export function decodeSession(octets: Buffer): Session | undefined {
  if (octets[0] !== FORMAT) return undefined
  // It comes out of our own seal.
  const encoded = JSON.parse(unpackText(octets, 1, octets.length)) as Encoded
  return Object.freeze({
    id: encoded.i,
    provider: encoded.p,
    subject: encoded.u.id,
    sub: encoded.b,
    user: frozen(encoded.u),
    signedInAt: encoded.s,
    touchedAt: encoded.t,
    authenticatedAt: encoded.a,
    acr: encoded.c,
    device: encoded.d,
    sid: encoded.o,
    label: undefined,
    profileMissedAt: encoded.m,
    grants: Object.freeze(mapValues(encoded.g, decodeGrant)),
  })
}

/** Octets each part takes, largest first: for the operator whose session does not fit. */
export function weighSession(session: Session): readonly (readonly [part: string, octets: number])[] {
  const grants = Object.entries(session.grants).flatMap(([provider, grant]) => [
    [`access token of ${provider}`, octets(grant.accessToken)] as const,
    [`refresh token of ${provider}`, octets(grant.refreshToken)] as const,
    [`ID token of ${provider}`, octets(grant.idToken)] as const,
    [`granted scope of ${provider}`, octets(encodeScope(grant))] as const,
  ])
  const parts = [...grants, ['user profile', octets(JSON.stringify(session.user))] as const]
  return parts.sort(([, a], [, b]) => b - a)
}

function encodeGrant(grant: Grant): EncodedGrant {
  return {
    a: grant.accessToken,
    n: grant.receivedAt,
    e: grant.expiresAt,
    r: grant.refreshToken,
    i: grant.idToken,
    s: encodeScope(grant),
  }
}

function encodeScope({ scope }: Grant): string | undefined {
  return scope.length === 0 ? undefined : scope.join(' ')
}

function decodeGrant(grant: EncodedGrant): Grant {
  return Object.freeze({
    accessToken: grant.a,
    receivedAt: grant.n,
    expiresAt: grant.e,
    refreshToken: grant.r,
    idToken: grant.i,
    scope: Object.freeze(grant.s?.split(' ') ?? []),
  })
}

/** Frozen throughout: opened sessions are remembered, and what a handler changed in one would outlive its request. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen)
  return Object.freeze(value)
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}

function octets(text: string | undefined): number {
  return text === undefined ? 0 : Buffer.byteLength(text)
}
