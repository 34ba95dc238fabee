import { ERRORS, refusal } from '../error.ts'
import { loginPath } from '../http/address.ts'
import type { Reply } from '../http/decision.ts'
import { failureReply } from '../http/failure.ts'
import { isNavigation } from '../http/intent.ts'
import type { PageOverrides } from '../http/page/model.ts'
import { redirect } from '../http/reply.ts'
import type { GatewayRequest } from '../http/request.ts'
import { safePath } from '../http/return-to.ts'
import type { Provider } from '../provider/provider.ts'
import type { Session } from '../session/session.ts'
import { isStrongEnough, type Obstacle } from './evaluate.ts'
import type { Requirement } from './requirement.ts'

export interface TurnAwayContext {
  readonly origin: string
  readonly basePath: string
  readonly defaultReturnTo: string
  readonly signInWith: string | undefined
  readonly providers: ReadonlyMap<string, Pick<Provider, 'loginParameters'>>
  readonly pages: PageOverrides
  readonly reference: string
  readonly session: Session | undefined
  /** Milliseconds since the epoch. */
  readonly time: number
}

/**
 * The reply to a request that may not pass. Where signing in would help, a person opening a page is sent there
 * and comes back to it; a program gets 401 with `login_url`, never a redirect it would follow blindly.
 */
export function turnAway(
  reason: Obstacle,
  request: GatewayRequest,
  requirement: Requirement,
  context: TurnAwayContext,
): Reply {
  const { origin, reference, pages, defaultReturnTo: home } = context
  if (ERRORS[reason].status !== 401) return failureReply(refusal(reason), request, { pages, home, reference })
  const again = reason === 'reauthentication_required' ? context.session : undefined
  if (request.method !== 'GET' || !isNavigation(request)) {
    const members = { login_url: origin + signInPath(again, requirement, context, undefined) }
    return failureReply(refusal(reason, CHALLENGE), request, { pages, home, reference, members })
  }
  const path = signInPath(again, requirement, context, safePath(request.target, rule(context)))
  if (again === undefined || !isCircle(again, requirement, context)) return redirect(origin + path)
  const action = { label: 'Sign in again', href: path }
  return failureReply(refusal(reason, CHALLENGE), request, { pages, home, reference, action })
}

// Decision 15: what stops a repetition lets the next try through after at most this long.
const JUST_NOW = 5_000
// As much as an ID token that was asked for `max_age` may be older, because clocks differ.
const TOLERANCE = 30_000

/**
 * Whether this session began only just now, and another sign-in would end the same way: the provider is not asked for
 * what is missing, or it was and had its say.
 */
function isCircle(session: Session, requirement: Requirement, { providers, time }: TurnAwayContext): boolean {
  const { signedInAt, authenticatedAt } = session
  if (time - signedInAt >= JUST_NOW) return false
  const asked = providers.get(session.provider)?.loginParameters ?? []
  // A sign-in that was asked for one of these classes, and came back without, has failed.
  if (!isStrongEnough(session, requirement)) return !asked.includes('acr_values')
  const allowed = (requirement.maxAge ?? 0) * 1000 + TOLERANCE
  return !asked.includes('max_age') || (authenticatedAt !== undefined && signedInAt - authenticatedAt <= allowed)
}

// 401 needs a challenge (RFC 9110 section 15.5.2); a scheme no browser answers with a password dialog.
const CHALLENGE = { headers: { 'www-authenticate': 'Cookie' } }

function signInPath(
  again: Session | undefined,
  { provider, signInWith, maxAge, acr }: Requirement,
  context: TurnAwayContext,
  returnTo: string | undefined,
): string {
  return loginPath(context.basePath, provider ?? again?.provider ?? signInWith ?? context.signInWith, {
    return_to: returnTo,
    max_age: maxAge === undefined ? undefined : String(Math.floor(maxAge)),
    acr_values: acr?.join(' '),
  })
}

function rule({ origin, basePath, defaultReturnTo }: TurnAwayContext): Parameters<typeof safePath>[1] {
  return { origin, basePath, fallback: defaultReturnTo }
}
