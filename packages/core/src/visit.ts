import type { Settlement, Visit } from './contract.ts'
import { GatewayError } from './error.ts'
import { floodReply } from './flow/cookie-flood.ts'
import { fetchProfile, profileIsDue } from './flow/profile.ts'
import { withGrant } from './flow/refreshed-grant.ts'
import type { Services } from './flow/services.ts'
import { admit } from './guard/admit.ts'
import type { Requirement } from './guard/requirement.ts'
import type { Cookie } from './http/cookie.ts'
import { NEXT, type Next, type Reply } from './http/decision.ts'
import { type GatewayRequest, headerValue } from './http/request.ts'
import { globalFetch } from './protocol/outlet.ts'
import { ANONYMOUS, type Auth } from './session/auth.ts'
import type { Session } from './session/session.ts'
import type { Found } from './session/sessions.ts'
import { createSignedIn } from './session/signed-in.ts'

/** A visit, as the gateway itself uses it. */
export interface TokenVisit extends Visit {
  /** The session, once it has been read. */
  readonly session: Session | undefined
  /**
   * A token of `provider` that can be used now, renewed if that was due. Rejects with `sign_in_required` when the
   * session has ended with its grant.
   *
   * @param refused a token that the provider's API has refused
   */
  token(provider: string, refused?: string): Promise<string>
}

/** Looks at one request for the application, as lazily as it is asked. */
export function createVisit(request: GatewayRequest, services: Services): TokenVisit {
  const { config, sessions } = services
  const cookieHeader = headerValue(request.headers, 'cookie')
  let auth: Auth | undefined
  let found: Found | undefined
  let loading: Promise<void> | undefined
  let hasEnded = false
  // The browser has to hear of it, or what was won for it is lost.
  let isOwed = false
  let isSettled = false

  const settleOn = (current: Found | undefined): void => {
    const provider = current === undefined ? undefined : config.providers.get(current.session.provider)
    // A provider that is no longer configured vouches for nobody.
    found = provider === undefined ? undefined : current
    auth =
      found === undefined || provider === undefined
        ? ANONYMOUS
        : createSignedIn(found.session, provider, {
            lifetimes: config.lifetimes,
            origin: config.origin,
            fetch: config.fetch ?? globalFetch,
            token: (refused) => token(provider.id, refused),
          })
  }

  const token = async (provider: string, refused?: string): Promise<string> => {
    const before = found
    // What lives in the cookie alone can be renewed only as long as the cookie can be written.
    const isTooLate = isSettled && before?.record === undefined
    const fresh = before && (await services.refresher.freshen(before, provider, { refused, isTooLate }))
    const grant = fresh?.session.grants[provider]
    if (fresh === undefined || grant === undefined || found === undefined) {
      hasEnded = true
      found = undefined
      throw new GatewayError('sign_in_required', { provider })
    }
    if (fresh === before) return grant.accessToken
    isOwed ||= fresh.record === undefined
    // A token of another provider may have been renewed meanwhile.
    found = found === before ? fresh : { ...fresh, session: withGrant(found.session, provider, grant) }
    return grant.accessToken
  }

  /** At once for sealed sessions; a promise where a store is asked. */
  const load = (): void | Promise<void> => {
    if (auth !== undefined) return undefined
    if (loading !== undefined) return loading
    const reading = sessions.read(cookieHeader)
    if (!(reading instanceof Promise)) return settleOn(reading)
    loading = loadRecord(reading)
    return loading
  }

  const loadRecord = async (reading: Promise<Found | undefined>): Promise<void> => {
    const read = await reading
    settleOn(read === undefined ? undefined : await sessions.touch(read))
  }

  const judge = (requirement: Requirement): Next | Reply =>
    admit({ request, auth: auth ?? ANONYMOUS, session: found?.session, requirement }, services)

  const decide = (requirement: Requirement): Next | Reply | Promise<Next | Reply> => {
    const decision = judge(requirement)
    const isDue = decision === NEXT && found !== undefined && profileIsDue(found.session, config.now())
    return isDue && found !== undefined ? completeProfile(found).then(() => judge(requirement)) : decision
  }

  /** The profile was out of reach at sign-in: asks for it again, before the route that may want to show it. */
  const completeProfile = async (current: Found): Promise<void> => {
    const client = services.clients.get(current.session.provider)
    if (client === undefined) return
    const completed = await fetchProfile(current.session, client, config.origin, config.now)
    settleOn(await sessions.change(current, (session) => ({ ...session, ...completed })))
    if (found !== undefined && completed.profileMissedAt === undefined) {
      const { provider, subject } = current.session
      services.emit({ type: 'profile_fetched', provider, subject, reference: services.reference() })
    }
  }

  const dueCookies = (): readonly Cookie[] => {
    if (found !== undefined) return sessions.cookies(found, cookieHeader)
    return hasEnded ? sessions.clear(cookieHeader) : []
  }

  return new SharedVisit({
    auth() {
      // Asking a store takes time that a getter has not, and nothing is begun that nobody would wait for.
      const isOutOfReach = auth === undefined && (config.store !== undefined || load() instanceof Promise)
      if (isOutOfReach) throw new GatewayError('session_not_loaded')
      return auth ?? ANONYMOUS
    },
    session: () => found?.session,
    token,
    load,
    guard(requirement) {
      const flooded = floodReply(request, services)
      if (flooded !== undefined) return flooded
      const loading = load()
      return loading === undefined ? decide(requirement) : loading.then(() => decide(requirement))
    },
    settle(cacheControl) {
      isSettled = true
      const cookies = dueCookies()
      // A response that shared caches may keep must not carry a session. What can wait goes with the next one; a
      // renewed token cannot, so that no cache may keep this one after all.
      const canWait = !isOwed && !hasEnded && isShared(cacheControl)
      return cookies.length === 0 || canWait ? undefined : { cookies, headers: UNCACHED }
    },
  })
}

/** A visit, with functions in place of getters. */
interface VisitParts extends Pick<TokenVisit, 'token' | 'load' | 'guard' | 'settle'> {
  readonly auth: () => Auth
  readonly session: () => Session | undefined
}

/**
 * Getters that all visits have in common. With getters in an object literal, every visit is a shape of its own to the
 * engine, and is kept until the next full collection: that costs more than all the rest of it.
 */
class SharedVisit implements TokenVisit {
  readonly #parts: VisitParts
  readonly token: TokenVisit['token']
  readonly load: TokenVisit['load']
  readonly guard: TokenVisit['guard']
  readonly settle: TokenVisit['settle']

  constructor(parts: VisitParts) {
    this.#parts = parts
    this.token = parts.token
    this.load = parts.load
    this.guard = parts.guard
    this.settle = parts.settle
  }

  get auth(): Auth {
    return this.#parts.auth()
  }

  get session(): Session | undefined {
    return this.#parts.session()
  }
}

const UNCACHED: Settlement['headers'] = [
  ['cache-control', 'private, no-store'],
  ['vary', 'cookie'],
]

const SHARED = /(?:^|[,\s])(?:public|s-maxage\s*=)/i

function isShared(cacheControl: string | undefined): boolean {
  return cacheControl !== undefined && SHARED.test(cacheControl)
}
