import type { GatewayEvent, Unstamped } from '../event.ts'
import { type HeaderLine, NEXT, type Next, type Reply } from '../http/decision.ts'
import { prepareRefusal } from '../http/failure.ts'
import { hasOneHost } from '../http/host.ts'
import { isPreflight, showsSameOrigin } from '../http/intent.ts'
import { PRIVATE_HEADERS } from '../http/reply.ts'
import { type GatewayRequest, headerValue } from '../http/request.ts'
import type { Auth } from '../session/auth.ts'
import type { Session } from '../session/session.ts'
import { obstacle } from './evaluate.ts'
import type { Requirement } from './requirement.ts'
import { type TurnAwayConfig, turnAway } from './turn-away.ts'

/** A request at a guarded route. */
export interface Applicant {
  readonly request: GatewayRequest
  readonly auth: Auth
  readonly session: Session | undefined
  readonly requirement: Requirement
}

export interface GateKeeping {
  readonly config: TurnAwayConfig & { readonly now: () => number }
  readonly reference: () => string
  readonly emit: (event: Unstamped<GatewayEvent>) => void
}

/** Whether the request may go on: who it is, what the route asks, and, where something changes, that it is no forgery. */
export function admit({ request, auth, session, requirement }: Applicant, keeping: GateKeeping): Next | Reply {
  const { config } = keeping
  if (!hasOneHost(request.rawHeaders)) return refuse(request, 'request_malformed', keeping)
  if (isPreflight(request)) return PREFLIGHT_ANSWER
  const time = config.now()
  const reason = obstacle(auth, session, requirement, time)
  if (reason !== undefined) {
    const reference = keeping.reference()
    keeping.emit({ type: 'access_denied', code: reason, provider: session?.provider, reference })
    return turnAway(reason, request, requirement, { config, reference, session, time })
  }
  if (isSafe(request) || showsSameOrigin(request, config.origin)) return NEXT
  return refuse(request, 'cross_site_refused', keeping)
}

function refuse(
  request: GatewayRequest,
  code: keyof typeof REFUSALS,
  { config, emit, reference: next }: GateKeeping,
): Reply {
  const reference = next()
  emit({ type: 'request_refused', code, reference })
  return REFUSALS[code](request, { pages: config.pages, home: config.defaultReturnTo, reference })
}

const REFUSALS = {
  request_malformed: prepareRefusal('request_malformed'),
  cross_site_refused: prepareRefusal('cross_site_refused'),
}

/**
 * Whether the request changes nothing. A WebSocket begins as a GET, and then says anything, with the session of whoever
 * is signed in: no browser asks first.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-10.2
 */
function isSafe({ method, headers }: GatewayRequest): boolean {
  if (headerValue(headers, 'upgrade')?.toLowerCase().includes('websocket')) return false
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

const PREFLIGHT_HEADERS: readonly HeaderLine[] = [...PRIVATE_HEADERS, ['vary', 'origin']]
const PREFLIGHT_ANSWER: Reply = { type: 'reply', status: 204, headers: PREFLIGHT_HEADERS, cookies: [] }
