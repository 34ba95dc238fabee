import { ERRORS } from '../error.ts'
import { loginPath } from '../http/address.ts'
import type { Reply } from '../http/decision.ts'
import { prepareRefusal, type Refusal } from '../http/failure.ts'
import { isNavigation } from '../http/intent.ts'
import type { PageOverrides } from '../http/page/model.ts'
import { redirect } from '../http/reply.ts'
import type { GatewayRequest } from '../http/request.ts'
import { safePath } from '../http/return-to.ts'
import type { Provider } from '../provider/provider.ts'
import type { Session } from '../session/session.ts'
import { isStrongEnough, type Obstacle } from './evaluate.ts'
import type { Requirement } from './requirement.ts'

/** What is the same for all who are turned away. */
export interface TurnAwayConfig {
  readonly origin: string
  readonly basePath: string
  readonly defaultReturnTo: string
  readonly signInWith: string | undefined
  readonly providers: ReadonlyMap<string, Pick<Provider, 'loginParameters'>>
  readonly pages: PageOverrides
}

export interface TurnAwayContext {
  readonly config: TurnAwayConfig
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
  const { config, reference } = context
  const { origin, pages, defaultReturnTo: home } = config
  const refuse = OBSTACLES[reason]
  if (ERRORS[reason].status !== 401) return refuse(request, { pages, home, reference })
  const again = reason === 'reauthentication_required' ? context.session : undefined
  if (request.method !== 'GET' || !isNavigation(request)) {
    const loginUrl = origin + signInPath(again, requirement, context, undefined)
    // What was sent cannot be sent again by opening a page: whoever sent it has to know how to go on.
    return refuse(request, { pages, home, reference, loginUrl, form: request.method === 'GET' ? undefined : 'problem' })
  }
  const path = signInPath(again, requirement, context, safePath(request.target, rule(config)))
  if (again === undefined || !isCircle(again, requirement, context)) return redirect(origin + path)
  const action = { label: 'Sign in again', href: path }
  return refuse(request, { pages, home, reference, action })
}

// Decision 15: what stops a repetition lets the next try through after at most this long.
const JUST_NOW = 5_000
// As much as an ID token that was asked for `max_age` may be older, because clocks differ.
const TOLERANCE = 30_000

/**
 * Whether this session began only just now, and another sign-in would end the same way: the provider is not asked for
 * what is missing, or it was and had its say.
 */
function isCircle(
  session: Session,
  requirement: Requirement,
  { config: { providers }, time }: TurnAwayContext,
): boolean {
  const { signedInAt, authenticatedAt } = session
  if (time - signedInAt >= JUST_NOW) return false
  const asked = providers.get(session.provider)?.loginParameters ?? []
  // A sign-in that was asked for one of these classes, and came back without, has failed.
  if (!isStrongEnough(session, requirement)) return !asked.includes('acr_values')
  const allowed = (requirement.maxAge ?? 0) * 1000 + TOLERANCE
  return !asked.includes('max_age') || (authenticatedAt !== undefined && signedInAt - authenticatedAt <= allowed)
}

// 401 needs a challenge (RFC 9110 section 15.5.2); a scheme no browser answers with a password dialog.
const CHALLENGE = { 'www-authenticate': 'Cookie' }

/** The answers to who may not pass. */
export const OBSTACLES: Readonly<Record<Obstacle, Refusal>> = {
  sign_in_required: prepareRefusal('sign_in_required', CHALLENGE),
  reauthentication_required: prepareRefusal('reauthentication_required', CHALLENGE),
  scope_insufficient: prepareRefusal('scope_insufficient'),
  access_denied: prepareRefusal('access_denied'),
}

function signInPath(
  again: Session | undefined,
  { provider, signInWith, maxAge, acr }: Requirement,
  { config }: TurnAwayContext,
  returnTo: string | undefined,
): string {
  return loginPath(config.basePath, provider ?? again?.provider ?? signInWith ?? config.signInWith, {
    return_to: returnTo,
    max_age: maxAge === undefined ? undefined : String(Math.floor(maxAge)),
    acr_values: acr?.join(' '),
  })
}

function rule({ origin, basePath, defaultReturnTo }: TurnAwayConfig): Parameters<typeof safePath>[1] {
  return { origin, basePath, fallback: defaultReturnTo }
}
