import type { Settlement, Visit } from './contract.ts'
import { GatewayError } from './error.ts'
import { floodReply } from './flow/cookie-flood.ts'
import { dueCookies, isPrompt } from './flow/due-cookies.ts'
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
  return new RequestVisit(request, services)
}

/** A class, because every request makes one: a function for each thing it can do would have to be made with it. */
class RequestVisit implements TokenVisit {
  readonly #request: GatewayRequest
  readonly #services: Services
  readonly #cookieHeader: string | undefined
  #auth: Auth | undefined = undefined
  #found: Found | undefined = undefined
  #loading: Promise<void> | undefined = undefined
  #readAt: number | undefined = undefined
  #endedAt: number | undefined = undefined
  // The browser has to hear of it, or what was won for it is lost.
  #isOwed = false
  #isSettled = false

  constructor(request: GatewayRequest, services: Services) {
    this.#request = request
    this.#services = services
    this.#cookieHeader = headerValue(request.headers, 'cookie')
  }

  get auth(): Auth {
    // Asking a store takes time that a getter has not, and nothing is begun that nobody would wait for.
    const { store } = this.#services.config
    const isOutOfReach = this.#auth === undefined && (store !== undefined || this.load() instanceof Promise)
    if (isOutOfReach) throw new GatewayError('session_not_loaded')
    return this.#auth ?? ANONYMOUS
  }

  get session(): Session | undefined {
    return this.#found?.session
  }

  /** At once for sealed sessions; a promise where a store is asked. */
  load(): void | Promise<void> {
    if (this.#auth !== undefined) return undefined
    if (this.#loading !== undefined) return this.#loading
    const reading = this.#services.sessions.read(this.#cookieHeader)
    if (!(reading instanceof Promise)) return this.#settleOn(reading)
    this.#loading = this.#loadRecord(reading)
    return this.#loading
  }

  guard(requirement: Requirement): Next | Reply | Promise<Next | Reply> {
    const flooded = floodReply(this.#request, this.#services)
    if (flooded !== undefined) return flooded
    const loading = this.load()
    return loading === undefined ? this.#decide(requirement) : loading.then(() => this.#decide(requirement))
  }

  async token(provider: string, refused?: string): Promise<string> {
    const before = this.#found
    // What lives in the cookie alone can be renewed only as long as the cookie can be written.
    const isTooLate = this.#isSettled && before?.record === undefined
    const fresh = before && (await this.#services.refresher.freshen(before, provider, { refused, isTooLate }))
    const grant = fresh?.session.grants[provider]
    const found = this.#found
    if (fresh === undefined || grant === undefined || found === undefined) {
      this.#endedAt = this.#services.config.now()
      this.#found = undefined
      throw new GatewayError('sign_in_required', { provider })
    }
    if (fresh === before) return grant.accessToken
    this.#isOwed ||= fresh.record === undefined
    // A token of another provider may have been renewed meanwhile.
    this.#found = found === before ? fresh : { ...fresh, session: withGrant(found.session, provider, grant) }
    return grant.accessToken
  }

  settle(cacheControl: string | undefined): Settlement | undefined {
    this.#isSettled = true
    const cookies = this.#dueCookies()
    // A response that shared caches may keep must not carry a session. What can wait goes with the next one; a
    // renewed token cannot, so that no cache may keep this one after all.
    const canWait = !this.#isOwed && this.#endedAt === undefined && isShared(cacheControl)
    return cookies.length === 0 || canWait ? undefined : { cookies, headers: UNCACHED }
  }

  #settleOn(current: Found | undefined): void {
    const { config } = this.#services
    const provider = current === undefined ? undefined : config.providers.get(current.session.provider)
    // A provider that is no longer configured vouches for nobody.
    this.#found = provider === undefined ? undefined : current
    if (this.#found !== undefined) this.#readAt ??= config.now()
    this.#auth =
      current === undefined || provider === undefined
        ? ANONYMOUS
        : createSignedIn(current.session, provider, {
            lifetimes: config.lifetimes,
            origin: config.origin,
            fetch: config.fetch ?? globalFetch,
            token: (refused) => this.token(provider.id, refused),
          })
  }

  async #loadRecord(reading: Promise<Found | undefined>): Promise<void> {
    const read = await reading
    const touched = read && this.#services.sessions.touch(read)
    // Usually at once: waiting for what is there takes time too.
    this.#settleOn(touched instanceof Promise ? await touched : touched)
  }

  #judge(requirement: Requirement): Next | Reply {
    const applicant = {
      request: this.#request,
      auth: this.#auth ?? ANONYMOUS,
      session: this.#found?.session,
      requirement,
    }
    return admit(applicant, this.#services)
  }

  #decide(requirement: Requirement): Next | Reply | Promise<Next | Reply> {
    const decision = this.#judge(requirement)
    const found = this.#found
    const isDue = decision === NEXT && found !== undefined && profileIsDue(found.session, this.#services.config.now())
    return isDue ? this.#completeProfile(found).then(() => this.#judge(requirement)) : decision
  }

  /** The profile was out of reach at sign-in: asks for it again, before the route that may want to show it. */
  async #completeProfile(current: Found): Promise<void> {
    const { clients, config, sessions, emit, reference } = this.#services
    const client = clients.get(current.session.provider)
    if (client === undefined) return
    const completed = await fetchProfile(current.session, client, config.origin, config.now)
    this.#settleOn(await sessions.change(current, (session) => ({ ...session, ...completed })))
    if (this.#found !== undefined && completed.profileMissedAt === undefined) {
      const { provider, subject } = current.session
      emit({ type: 'profile_fetched', provider, subject, reference: reference() })
    }
  }

  #dueCookies(): readonly Cookie[] {
    const { config, sessions } = this.#services
    const found = this.#found
    const readAt = this.#readAt
    if (found !== undefined && readAt !== undefined) {
      const isOwed = this.#isOwed
      if (!isOwed && !sessions.isDue(found, readAt)) return NONE
      return dueCookies({ found, readAt, isOwed }, this.#cookieHeader, this.#services)
    }
    // What has ended ends without it. Much later the cookie may be that of another sign-in.
    const isCleared = this.#endedAt !== undefined && isPrompt(this.#endedAt, config.now())
    return isCleared ? sessions.clear(this.#cookieHeader) : NONE
  }
}

const NONE: readonly Cookie[] = []

const UNCACHED: Settlement['headers'] = [
  ['cache-control', 'private, no-store'],
  ['vary', 'cookie'],
]

const SHARED = /(?:^|[,\s])(?:public|s-maxage\s*=)/i

function isShared(cacheControl: string | undefined): boolean {
  return cacheControl !== undefined && SHARED.test(cacheControl)
}
