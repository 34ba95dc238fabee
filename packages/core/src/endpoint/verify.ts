import { OBSTACLES } from '../guard/turn-away.ts'
import { loginPath } from '../http/address.ts'
import type { HeaderLine, Reply } from '../http/decision.ts'
import { NOTHING_LOADS, PRIVATE_HEADERS } from '../http/reply.ts'
import { identityLines } from '../proxy/identity-headers.ts'
import { createVisit } from '../visit.ts'
import type { EndpointContext } from './context.ts'

/**
 * `GET /auth/verify`: may this browser pass, for a reverse proxy that asks before it forwards (nginx `auth_request`,
 * Caddy `forward_auth`, Traefik `ForwardAuth`). 204 with the configured headers, or 401 and where to sign in. The
 * answer depends on the session alone: what the proxy says about the original request is never read, for in front of
 * another proxy it would be the browser's to say.
 */
export async function verify({ request, services, reference }: EndpointContext): Promise<Reply> {
  const { config, emit } = services
  const visit = createVisit(request, services)
  await visit.load()
  const { auth } = visit
  const cookies = visit.settle(undefined)?.cookies ?? []
  if (!auth.authenticated) {
    emit({ type: 'access_denied', code: 'sign_in_required', reference })
    const href = loginPath(config.basePath, config.signInWith)
    return OBSTACLES.sign_in_required(request, {
      pages: config.pages,
      home: config.defaultReturnTo,
      reference,
      action: { label: 'Sign in', href },
      cookies,
      loginUrl: config.origin + href,
    })
  }
  const said = new Map(identityLines(config.verifyHeaders, auth))
  // Every header is there, if need be empty, so that it replaces what the browser sent under its name.
  const headers = Object.keys(config.verifyHeaders).map((name): HeaderLine => {
    const key = name.toLowerCase()
    return [key, said.get(key) ?? '']
  })
  const always: readonly HeaderLine[] = [...PRIVATE_HEADERS, NOTHING_LOADS, ['vary', 'cookie']]
  return { type: 'reply', status: 204, headers: [...always, ...headers], cookies }
}
