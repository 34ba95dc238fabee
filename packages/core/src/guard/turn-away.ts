import { GatewayError } from '../error.ts'
import { loginPath } from '../http/address.ts'
import type { Reply } from '../http/decision.ts'
import { failureReply } from '../http/failure.ts'
import { isNavigation } from '../http/intent.ts'
import type { PageOverrides } from '../http/page/model.ts'
import { redirect } from '../http/reply.ts'
import type { GatewayRequest } from '../http/request.ts'
import { safePath } from '../http/return-to.ts'
import type { Obstacle } from './evaluate.ts'
import type { Requirement } from './requirement.ts'

export interface TurnAwayContext {
  readonly origin: string
  readonly basePath: string
  readonly defaultReturnTo: string
  readonly signInWith: string | undefined
  readonly pages: PageOverrides
  readonly reference: string
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
  const { reference, pages, defaultReturnTo: home } = context
  const error = new GatewayError(reason)
  if (error.status !== 401) return failureReply(error, request, { pages, home, reference })
  if (request.method === 'GET' && isNavigation(request)) {
    return redirect(context.origin + signInPath(reason, requirement, context, safePath(request.target, rule(context))))
  }
  const members = { login_url: context.origin + signInPath(reason, requirement, context, undefined) }
  // 401 needs a challenge (RFC 9110 section 15.5.2); a scheme no browser answers with a password dialog.
  const challenged = new GatewayError(reason, { headers: { 'www-authenticate': 'Cookie' } })
  return failureReply(challenged, request, { pages, home, reference, members })
}

function signInPath(
  reason: Obstacle,
  { provider, signInWith, maxAge, acr }: Requirement,
  context: TurnAwayContext,
  returnTo: string | undefined,
): string {
  const again = reason === 'reauthentication_required'
  return loginPath(context.basePath, provider ?? signInWith ?? context.signInWith, {
    return_to: returnTo,
    max_age: again && maxAge !== undefined ? String(maxAge) : undefined,
    acr_values: again ? acr?.join(' ') : undefined,
  })
}

function rule({ origin, basePath, defaultReturnTo }: TurnAwayContext): Parameters<typeof safePath>[1] {
  return { origin, basePath, fallback: defaultReturnTo }
}
