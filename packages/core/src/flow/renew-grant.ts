import { type ErrorCode, GatewayError } from '../error.ts'
import type { ProviderClient, ProviderMetadata, RefreshedTokens } from '../protocol/protocol.ts'
import { isExpired } from '../session/freshness.ts'
import type { Grant, Session } from '../session/session.ts'
import type { Found, Sessions } from '../session/sessions.ts'
import type { Lease, Store } from '../store/store.ts'
import { createLeasedRenewal } from './leased-renewal.ts'
import { present } from './present-token.ts'
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

/** What one process made of the token, and a promise that resolves when it has done everything it can for it. */
export interface Attempt {
  readonly renewed: Renewed
  readonly finished: Promise<unknown>
}

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
  /** Told what came of each presentation of a refresh token, and what kept one from being presented. */
  readonly onOutcome: (session: Session, provider: string, outcome: 'refreshed' | 'ended' | GatewayError) => void
}

// A store that has not taken the answer after so long is not waited for: the token serves before it is written down.
const SAVE_PATIENCE = 1_000

export function createGrantRenewal(options: GrantRenewalOptions): GrantRenewal {
  const { clients, sessions, store, now, onOutcome } = options
  const breaker = createRefusalBreaker(now)
  const unfinished = new Set<Promise<unknown>>()
  const leased = store === undefined ? undefined : createLeasedRenewal({ ...options, store, track })

  function track(work: Promise<unknown>): void {
    const tracked = work.catch(() => undefined).finally(() => unfinished.delete(tracked))
    unfinished.add(tracked)
  }

  const renew = async (found: Found, client: ProviderClient): Promise<Renewed> => {
    // Before anybody is kept waiting: what has to be fetched for this is not fetched while others cannot go on.
    const metadata = await client.metadata()
    await client.prepareRefresh(metadata)
    if (leased === undefined || found.record === undefined) {
      // All requests wait for this one: with a token that still works, not for a second deadline.
      const isUrgent = () => hasExpired(found, client.provider.id)
      const mayRepeat = async ({ code }: GatewayError) => code !== 'provider_timeout' || isUrgent()
      return (await attempt(found, client, metadata, undefined, mayRepeat)).renewed
    }
    return leased(found, client.provider, (current, lease, extend) => attempt(current, client, metadata, lease, extend))
  }

  const hasExpired = ({ session }: Found, provider: string): boolean => {
    const grant = session.grants[provider]
    return grant !== undefined && isExpired(grant, now())
  }

  const attempt = async (
    found: Found,
    client: ProviderClient,
    metadata: ProviderMetadata,
    lease: Lease | undefined,
    mayRepeat: (lost: GatewayError) => Promise<boolean>,
  ): Promise<Attempt> => {
    const { id: provider } = client.provider
    const before = found.session.grants[provider]
    if (before?.refreshToken === undefined) throw new GatewayError('sign_in_required', { provider })
    const { refreshToken, idToken } = before
    const outcome = await present(() => client.refresh(metadata, { refreshToken, idToken }), mayRepeat).catch(
      (error: unknown) => {
        if (error instanceof GatewayError && error.class === 'operator') {
          breaker.refused(provider, found.session.id, error)
        }
        throw error
      },
    )
    breaker.accepted(provider)
    if (outcome.type === 'dead') return end(found, provider, before)
    const grant = refreshedGrant(before, outcome.tokens, now())
    return keep(found, provider, grant, saveGrant(found, provider, grant, lease, options), outcome.tokens)
  }

  /** The provider refuses the token. That ends the session, unless somebody else has put a newer one there. */
  const end = async (found: Found, provider: string, presented: Grant): Promise<Attempt> => {
    const current = await sessions.reload(found)
    const there = current?.session.grants[provider]
    if (there !== undefined && !isSameGrant(there, presented)) return done({ type: 'renewed', grant: there })
    if (current !== undefined) {
      await sessions.end(current)
      onOutcome(found.session, provider, 'ended')
    }
    return done({ type: 'ended' })
  }

  const keep = async (
    found: Found,
    provider: string,
    grant: Grant,
    saving: Promise<Saved>,
    tokens: RefreshedTokens,
  ): Promise<Attempt> => {
    const finished = saving.then(
      (saved) => {
        // RF-15: the session was ended while its tokens were being renewed.
        if (saved.type === 'ended') options.discard(provider, tokens)
        else onOutcome(found.session, provider, 'refreshed')
        return saved
      },
      async (error: unknown) => {
        if (isTooLarge(error)) {
          // There is no room for what was won, and what it was won with is spent.
          options.discard(provider, tokens)
          await sessions.end(found)
        }
        throw error
      },
    )
    const saved = await options.within(finished, SAVE_PATIENCE)
    if (saved === undefined) finished.catch((error: unknown) => report(found, provider, error))
    return { renewed: saved?.type === 'ended' ? { type: 'ended' } : { type: 'renewed', grant }, finished }
  }

  const report = ({ session }: Found, provider: string, error: unknown): void =>
    onOutcome(session, provider, error instanceof GatewayError ? error : new GatewayError('internal_error'))

  return {
    async renew(found, provider) {
      const client = clients.get(provider)
      if (client === undefined) throw new GatewayError('sign_in_required', { provider })
      breaker.check(provider)
      try {
        return await renew(found, client)
      } catch (error) {
        report(found, provider, error)
        throw error instanceof GatewayError ? forRequest(error) : error
      }
    },
    async drain() {
      await Promise.all(unfinished)
    },
  }
}

function done(renewed: Renewed): Attempt {
  return { renewed, finished: Promise.resolve() }
}

// A sign-in blames the provider for these. A session is well, and its token may be renewed a moment later.
const PASSING: readonly ErrorCode[] = ['provider_timeout', 'provider_response_invalid']

/** What the request is told: RF-08, whatever came of a provider that is not itself is a 503 that says when to come back. */
function forRequest(error: GatewayError): GatewayError {
  const { code, provider, providerStatus, retryAfter } = error
  if (!PASSING.includes(code)) return error
  return new GatewayError('provider_unavailable', { provider, providerStatus, retryAfter, cause: new Error(code) })
}

function isTooLarge(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'session_too_large'
}
