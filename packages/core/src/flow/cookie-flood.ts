import { type Cookie, readCookies } from '../http/cookie.ts'
import type { Reply } from '../http/decision.ts'
import { prepareRefusal } from '../http/failure.ts'
import { type GatewayRequest, headerValue } from '../http/request.ts'
import type { Services } from './services.ts'

// Three session cookies of 4,096 bytes, a few sign-ins under way, and some of the application's own. Servers refuse
// headers of 16 KiB, and then nobody can tell the browser how to recover.
const MAX_COOKIE_OCTETS = 14 * 1024

const refuse = prepareRefusal('header_fields_too_large')

/**
 * The reply to a request with more cookies than the gateway reads: nothing in them is looked at, and the browser
 * forgets those of the gateway, so that the next try is shorter. `undefined` for any other request.
 */
export function floodReply(request: GatewayRequest, services: Services): Reply | undefined {
  const header = headerValue(request.headers, 'cookie')
  if (header === undefined || header.length <= MAX_COOKIE_OCTETS) return undefined
  const { config, emit } = services
  const reference = services.reference()
  emit({ type: 'request_refused', code: 'header_fields_too_large', reference })
  return refuse(request, {
    pages: config.pages,
    home: config.defaultReturnTo,
    reference,
    cookies: clearedCookies(header, services),
  })
}

/** Sign-ins under way go first: a session goes too only where that is not enough. */
function clearedCookies(header: string, { sessions, transactions, cookies }: Services): readonly Cookie[] {
  const underWay = transactions.clear(header, cookies.attributes)
  const octets = underWay.reduce((sum, { name }) => sum + name.length + (readCookies(header, name)[0]?.length ?? 0), 0)
  return header.length - octets <= MAX_COOKIE_OCTETS ? underWay : [...sessions.clear(header), ...underWay]
}
