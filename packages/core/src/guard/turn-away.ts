import { ERRORS, refusal } from '../error.ts'
import { loginPath } from '../http/address.ts'
import type { Reply } from '../http/decision.ts'
import { failureReply } from '../http/failure.ts'
import { isNavigation } from '../http/intent.ts'
import type { PageOverrides } from '../http/page/model.ts'
import { redirect } from '../http/reply.ts'
import type { GatewayRequest } from '../http/request.ts'
import { safePath } from '../http/return-to.ts'
import type { Session } from '../session/session.ts'
import type { Obstacle } from './evaluate.ts'
import type { Requirement } from './requirement.ts'

export interface TurnAwayContext {
  readonly origin: string
  readonly basePath: string
  readonly defaultReturnTo: string
  readonly signInWith: string | undefined
  readonly pages: PageOverrides
  readonly reference: string
  readonly session: Session | undefined
  /** Milliseconds since the epoch. */
  readonly time: number
}

// Decision 15: what stops a repetition lets the next try through after at most this long.
const JUST_NOW = 5_000

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
  // Whoever has only just signed in, and still does not pass, would be sent in a circle.
  if (again === undefined || context.time - again.signedInAt >= JUST_NOW) return redirect(origin + path)
  const action = { label: 'Sign in again', href: path }
  return failureReply(refusal(reason, CHALLENGE), request, { pages, home, reference, action })
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
    max_age: again === undefined || maxAge === undefined ? undefined : String(Math.floor(maxAge)),
    acr_values: again === undefined ? undefined : acr?.join(' '),
  })
}

function rule({ origin, basePath, defaultReturnTo }: TurnAwayContext): Parameters<typeof safePath>[1] {
  return { origin, basePath, fallback: defaultReturnTo }
}
