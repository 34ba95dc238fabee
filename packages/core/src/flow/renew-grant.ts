import { GatewayError } from '../error.ts'
import type { ProviderClient, ProviderMetadata, RefreshedTokens, RefreshOutcome } from '../protocol/protocol.ts'
import { isDueForRefresh } from '../session/freshness.ts'
import type { Grant, Session } from '../session/session.ts'
import type { Found, Sessions } from '../session/sessions.ts'
import type { Lease, Store } from '../store/store.ts'
import { isSameGrant, refreshedGrant } from './refreshed-grant.ts'
import { createRefusalBreaker } from './refusal-breaker.ts'
import { type Saved, saveGrant } from './save-grant.ts'

/** Renews grants, each once, wherever the session is kept. */
export interface GrantRenewal {
  /** Rejects with what stood in the way, for the moment or until the operator acts. */
  renew(found: Found, provider: string): Promise<Renewed>
  /** Resolves when everything that was won has been written down. */
  drain(): Promise<void>
}

export type Renewed =
  | { readonly type: 'renewed'; readonly grant: Grant }
  /** The grant was dead, and the session has ended with it; or it was ended meanwhile. */
  | { readonly type: 'ended' }

export interface GrantRenewalOptions {
  readonly clients: ReadonlyMap<string, ProviderClient>
  readonly sessions: Sessions
  /** Where processes agree on who refreshes; `undefined` for sessions that live in cookies. */
  readonly store: Store | undefined
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  /** What the work comes to, or `undefined` when it takes longer. */
  readonly within: <Result>(work: Promise<Result>, milliseconds: number) => Promise<Result | undefined>
  /** Ends tokens that nobody will use: they were won for a session that had ended. */
  readonly discard: (provider: string, tokens: RefreshedTokens) => void
  /** Told what came of each presentation of a refresh token, and of what kept one from being presented. */
  readonly onOutcome: (session: Session, provider: string, outcome: 'refreshed' | 'ended' | GatewayError) => void
}

// Decision 15: the lease outlives the deadline of the call by this much.
const LEASE_MARGIN = 5_000
const FIRST_POLL = 25
const LAST_POLL = 250
// A store that does not take the answer for so long is not waited for: the token serves before it is written down.
const SAVE_PATIENCE = 1_000

const ENDED: Renewed = { type: 'ended' }

/** One presentation of a refresh token. */
interface Attempt {
  readonly renewed: Renewed
  /** Resolves when the store has what was won, or never will. */
  readonly saved: Promise<unknown>
}

export function createGrantRenewal(options: GrantRenewalOptions): GrantRenewal {
  const { clients, sessions, store, now, onOutcome } = options
  const breaker = createRefusalBreaker(now)
  const unfinished = new Set<Promise<unknown>>()

  const track = (work: Promise<unknown>): void => {
    const tracked = work.catch(() => undefined).finally(() => unfinished.delete(tracked))
    unfinished.add(tracked)
  }

  const attempt = async (found: Found, client: ProviderClient, metadata: ProviderMetadata, lease?: Lease) => {
    const { session } = found
    const { id: provider } = client.provider
    const grant = session.grants[provider]
    if (grant?.refreshToken === undefined) throw new GatewayError('sign_in_required', { provider })
    const { refreshToken, idToken } = grant
    const outcome = await present(
      () => client.refresh(metadata, { refreshToken, idToken }),
      () => hold(found, client, lease),
    ).catch((error: unknown) => {
      if (error instanceof GatewayError && error.class === 'operator') breaker.refused(provider, session.id, error)
      throw error
    })
    breaker.accepted(provider)
    if (outcome.type === 'dead') return bury(found, provider, grant)
    return keep(found, provider, { before: grant, tokens: outcome.tokens, lease })
  }

  /** Makes sure that nobody else may present the token, right before it is presented. */
  const hold = async ({ record }: Found, { provider }: ProviderClient, lease: Lease | undefined): Promise<void> => {
    if (store === undefined || lease === undefined || record === undefined) return
    if (await store.extend(record.handle.key, lease, leaseTime(provider))) return
    throw new GatewayError('provider_timeout', { provider: provider.id, retryAfter: 1 })
  }

  /** The provider refuses the token. That ends the session, unless somebody else has put a newer one there. */
  const bury = async (found: Found, provider: string, presented: Grant): Promise<Attempt> => {
    const current = await sessions.reload(found)
    const there = current?.session.grants[provider]
    if (there !== undefined && !isSameGrant(there, presented)) return done({ type: 'renewed', grant: there })
    if (current !== undefined) {
      await sessions.end(current)
      onOutcome(found.session, provider, 'ended')
    }
    return done(ENDED)
  }

  const keep = async (
    found: Found,
    provider: string,
    {
      before,
      tokens,
      lease,
    }: { readonly before: Grant; readonly tokens: RefreshedTokens; readonly lease?: Lease | undefined },
  ): Promise<Attempt> => {
    const grant = refreshedGrant(before, tokens, now())
    const saving = saveGrant(found, provider, grant, lease, options)
    const finished = saving.then(
      (saved: Saved) => {
        // RF-15: the session was ended while its tokens were being renewed.
        if (saved.type === 'ended') options.discard(provider, tokens)
        else onOutcome(found.session, provider, 'refreshed')
        return saved
      },
      async (error: unknown) => {
        // There is no place for what was won, and what was there before is spent.
        options.discard(provider, tokens)
        if (!isOutage(error)) await sessions.end(found)
        throw error
      },
    )
    const saved = await options.within(finished, SAVE_PATIENCE)
    return { renewed: saved?.type === 'ended' ? ENDED : { type: 'renewed', grant }, saved: finished }
  }

  const leased = async (found: Found, client: ProviderClient, keeper: Store, key: string): Promise<Renewed> => {
    const { provider } = client
    const metadata = await prepared(client)
    // A holder that died keeps its lease until it runs out: wait for that long, and a call of our own.
    const until = now() + leaseTime(provider) + LEASE_MARGIN
    for (let poll = FIRST_POLL; ; poll = Math.min(2 * poll, LAST_POLL)) {
      const lease = await keeper.lease(key, `refresh.${provider.id}`, leaseTime(provider))
      if (lease !== undefined) return underLease(found, client, metadata, { lease, keeper, key })
      const current = await sessions.reload(found)
      if (current === undefined) return ENDED
      const grant = newGrant(found, current, provider.id)
      if (grant !== undefined) return { type: 'renewed', grant }
      if (now() >= until) throw new GatewayError('provider_timeout', { provider: provider.id, retryAfter: 1 })
      await options.wait(poll + (now() % FIRST_POLL))
    }
  }

  const underLease = async (
    found: Found,
    client: ProviderClient,
    metadata: ProviderMetadata,
    { lease, keeper, key }: { readonly lease: Lease; readonly keeper: Store; readonly key: string },
  ): Promise<Renewed> => {
    const release = (): Promise<void> => keeper.release(key, lease)
    const work = async (): Promise<Attempt> => {
      const current = await sessions.reload(found)
      if (current === undefined) return done(ENDED)
      const grant = newGrant(found, current, client.provider.id)
      if (grant !== undefined) return done({ type: 'renewed', grant })
      await hold(current, client, lease)
      return attempt(current, client, metadata, lease)
    }
    const attempted = work()
    track(attempted.then(({ saved }) => saved).then(release, release))
    return (await attempted).renewed
  }

  /** Whether somebody else has renewed the grant in the meantime. */
  const newGrant = (found: Found, current: Found, provider: string): Grant | undefined => {
    const grant = current.session.grants[provider]
    const isNew = grant !== undefined && !isSameGrant(found.session.grants[provider], grant)
    return isNew && !isDueForRefresh(grant, now()) ? grant : undefined
  }

  const renewOnce = async (found: Found, provider: string): Promise<Renewed> => {
    const client = clients.get(provider)
    if (client === undefined) throw new GatewayError('sign_in_required', { provider })
    breaker.check(provider)
    if (store !== undefined && found.record !== undefined) return leased(found, client, store, found.record.handle.key)
    return (await attempt(found, client, await prepared(client))).renewed
  }

  return {
    async renew(found, provider) {
      try {
        return await renewOnce(found, provider)
      } catch (error) {
        if (error instanceof GatewayError) onOutcome(found.session, provider, error)
        throw error
      }
    },
    async drain() {
      await Promise.all(unfinished)
    },
  }
}
