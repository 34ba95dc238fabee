import { GatewayError } from '../error.ts'
import type { ProviderClient, RefreshedTokens, RefreshOutcome } from '../protocol/protocol.ts'
import { isDueForRefresh } from '../session/freshness.ts'
import type { Grant, Session } from '../session/session.ts'
import type { Found, Sessions } from '../session/sessions.ts'
import type { Lease, Store } from '../store/store.ts'

/** Renews a grant, once, wherever the session is kept. */
export type RenewGrant = (found: Found, provider: string) => Promise<Refreshed>

export type Refreshed =
  | { readonly type: 'refreshed'; readonly found: Found }
  /** The grant is dead, or the session was ended meanwhile. */
  | { readonly type: 'ended' }

export interface RenewGrantOptions {
  readonly clients: ReadonlyMap<string, ProviderClient>
  readonly sessions: Sessions
  /** Where processes agree on who refreshes; `undefined` for sessions that live in cookies. */
  readonly store: Store | undefined
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  /** Ends tokens that nobody will use: they were won for a session that had ended. */
  readonly discard: (provider: string, tokens: RefreshedTokens) => void
  /** Told what came of each presentation of a refresh token. */
  readonly onOutcome: (session: Session, provider: string, outcome: 'refreshed' | 'ended' | GatewayError) => void
}

const LEASE = 'refresh'
// Decision 15: the lease outlives the deadline of the call by this much.
const LEASE_MARGIN = 5_000
const POLL = 40
const BREAKER_OPEN = 5_000

export function createRenewGrant(options: RenewGrantOptions): RenewGrant {
  const { clients, sessions, store, now } = options
  // A provider that refuses our credentials refuses them for every session: one probe at a time is enough.
  const refusals = new Map<string, { readonly error: GatewayError; readonly until: number }>()

  const attempt = async (found: Found, provider: string, lease: Lease | undefined): Promise<Refreshed> => {
    const client = clients.get(provider)
    const refreshToken = found.session.grants[provider]?.refreshToken
    if (client === undefined || refreshToken === undefined) return ENDED
    const refusal = refusals.get(provider)
    if (refusal !== undefined && refusal.until > now()) throw refusal.error

    const metadata = await client.metadata()
    const request = { refreshToken, subject: found.session.subject }
    const outcome = await present(
      () => client.refresh(metadata, request),
      () => prolong(found, client, lease),
    ).catch((error: unknown) => {
      if (error instanceof GatewayError && error.class === 'operator') {
        refusals.set(provider, { error, until: now() + BREAKER_OPEN })
      }
      throw error
    })
    if (outcome.type === 'dead') return ENDED
    const written = await keep(found, provider, outcome.tokens, lease)
    if (written !== undefined) return { type: 'refreshed', found: written }
    options.discard(provider, outcome.tokens)
    const current = await sessions.reload(found)
    return current === undefined ? ENDED : { type: 'refreshed', found: current }
  }

  const prolong = async (found: Found, { provider }: ProviderClient, lease: Lease | undefined): Promise<boolean> => {
    if (store === undefined || lease === undefined || found.record === undefined) return true
    return store.extend(found.record.handle.key, lease, leaseTime(provider.timeout))
  }

  /** Writes what was won. A store that stumbles just now is asked again while the lease lasts. */
  const keep = async (
    found: Found,
    provider: string,
    tokens: RefreshedTokens,
    lease: Lease | undefined,
  ): Promise<Found | undefined> => {
    const apply = (session: Session): Session => withTokens(session, provider, tokens, now())
    const until = now() + LEASE_MARGIN
    for (;;) {
      try {
        return await sessions.change(found, apply, lease)
      } catch (error) {
        if (now() >= until) throw error
        await options.wait(POLL * 5)
      }
    }
  }

  const leased = async (found: Found, provider: string, keeper: Store): Promise<Refreshed> => {
    const timeout = clients.get(provider)?.provider.timeout ?? 0
    const key = found.record?.handle.key
    if (key === undefined) return ENDED
    // A holder that died keeps its lease until it runs out: wait for that long, and a call of our own.
    const until = now() + leaseTime(timeout) + LEASE_MARGIN
    for (;;) {
      const lease = await keeper.lease(key, `${LEASE}.${provider}`, leaseTime(timeout))
      const current = await sessions.reload(found)
      if (current === undefined) return ENDED
      const isDone = hasMovedOn(found, current, provider, now())
      if (lease !== undefined) {
        try {
          return isDone ? { type: 'refreshed', found: current } : await attempt(current, provider, lease)
        } finally {
          await keeper.release(key, lease).catch(() => undefined)
        }
      }
      if (isDone) return { type: 'refreshed', found: current }
      if (now() >= until) throw new GatewayError('provider_timeout', { provider, retryAfter: 1 })
      await options.wait(POLL + (now() % POLL))
    }
  }

  return async (found, provider) => {
    try {
      const refreshed =
        store === undefined ? await attempt(found, provider, undefined) : await leased(found, provider, store)
      options.onOutcome(found.session, provider, refreshed.type)
      return refreshed
    } catch (error) {
      if (error instanceof GatewayError) options.onOutcome(found.session, provider, error)
      throw error
    }
  }
}

const ENDED: Refreshed = { type: 'ended' }

type Answered = Exclude<RefreshOutcome, { type: 'lost' }>

/** Decision 17: an answer that got lost is asked for once more; a second loss is an outage like any other. */
async function present(refresh: () => Promise<RefreshOutcome>, mayGoOn: () => Promise<boolean>): Promise<Answered> {
  const first = await refresh()
  if (first.type !== 'lost') return first
  if (!(await mayGoOn())) throw first.error
  const second = await refresh()
  if (second.type === 'lost') throw second.error
  return second
}

/** Whether somebody else has renewed the grant in the meantime. */
function hasMovedOn(found: Found, current: Found, provider: string, now: number): boolean {
  const before = found.session.grants[provider]
  const after = current.session.grants[provider]
  return after !== undefined && before?.accessToken !== after.accessToken && !isDueForRefresh(after, now)
}

/** RFC 6749 section 6: what the answer leaves out stays as it was. */
function withTokens(session: Session, provider: string, tokens: RefreshedTokens, now: number): Session {
  const before = session.grants[provider]
  const grant: Grant = {
    accessToken: tokens.accessToken,
    receivedAt: now,
    expiresAt: tokens.expiresIn === undefined || tokens.expiresIn <= 0 ? undefined : now + tokens.expiresIn * 1000,
    refreshToken: tokens.refreshToken ?? before?.refreshToken,
    idToken: tokens.idToken ?? before?.idToken,
    scope: tokens.scope ?? before?.scope ?? [],
  }
  return { ...session, grants: { ...session.grants, [provider]: grant } }
}

function leaseTime(timeoutSeconds: number): number {
  return timeoutSeconds * 1000 + LEASE_MARGIN
}
