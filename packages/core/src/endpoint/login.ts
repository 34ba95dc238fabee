import { GatewayError } from '../error.ts'
import { authorize } from '../flow/authorize.ts'
import { loginParameters } from '../flow/login-parameters.ts'
import { loginPath } from '../http/address.ts'
import { type Cookie, readCookies } from '../http/cookie.ts'
import type { Reply } from '../http/decision.ts'
import { mayStartSignIn } from '../http/intent.ts'
import { redirect } from '../http/reply.ts'
import { safePath } from '../http/return-to.ts'
import type { Provider } from '../provider/provider.ts'
import {
  clientOf,
  type EndpointContext,
  pageReply,
  providerNamed,
  redirectUriOf,
  returnRule,
  single,
} from './context.ts'

/** `GET /auth/login`: with one provider, or a default one, it starts there; with several a person chooses. */
export async function chooseProvider(context: EndpointContext): Promise<Reply> {
  const { config } = context.services
  if (config.signInWith !== undefined) return startSignIn(context, config.signInWith)
  const returnTo = safePath(single(new URLSearchParams(context.query), 'return_to'), returnRule(context))
  return pageReply(context, {
    page: 'choose',
    providers: [...config.providers.values()].map(({ id, name }) => ({
      name,
      href: loginPath(config.basePath, id, { return_to: returnTo }),
    })),
  })
}

/** `GET /auth/login/{provider}`: to the provider's authorization endpoint, with a transaction in the browser. */
export async function startSignIn(context: EndpointContext, providerId: string | undefined): Promise<Reply> {
  const { services, request, cookieHeader, reference } = context
  const { config, transactions, random } = services
  const provider = providerNamed(providerId, services)
  if (!mayStartSignIn(request)) throw new GatewayError('navigation_required')
  const query = new URLSearchParams(context.query)
  const parameters = loginParameters(query, provider.loginParameters)
  const mark = await checkLoop(context)

  const client = clientOf(services, provider)
  const metadata = await client.metadata()
  const { requested, location } = await authorize(
    { returnTo: safePath(single(query, 'return_to'), returnRule(context)), parameters, loop: mark },
    { client, metadata, redirectUri: redirectUriOf(context, provider), random, now: config.now },
  )
  services.emit({ type: 'sign_in_started', provider: provider.id, reference })
  const attributes = transactionAttributes(context, provider)
  return redirect(location, [
    ...transactions.start(requested.transaction, cookieHeader, attributes),
    loopCookie(context, mark),
  ])
}

/**
 * A form post comes back from another site, where only `SameSite=None` cookies are sent. Browsers take that
 * with `Secure` alone, which they also accept from loopback.
 */
export function transactionAttributes(
  { services: { cookies } }: EndpointContext,
  { responseMode }: Provider,
): Cookie['attributes'] {
  if (responseMode === 'query') return cookies.attributes
  return { ...cookies.attributes, sameSite: 'none', secure: true }
}

const LOOP_WINDOW_SECONDS = 60
const MARK = /^[A-Za-z0-9_-]{16,64}$/

/** The browser's mark for the loop breaker: the one it has, or a new one. Throws `sign_in_loop`. */
async function checkLoop({ services, cookieHeader }: EndpointContext): Promise<string> {
  const [mark] = readCookies(cookieHeader, services.cookies.loop)
  if (mark === undefined || !MARK.test(mark)) return services.random()
  if ((await services.sessions.read(cookieHeader)) !== undefined) services.loopBreaker.reset(mark)
  if (services.loopBreaker.isTripped(mark)) throw new GatewayError('sign_in_loop')
  return mark
}

function loopCookie({ services: { cookies } }: EndpointContext, mark: string): Cookie {
  return { name: cookies.loop, value: mark, attributes: { ...cookies.attributes, maxAge: LOOP_WINDOW_SECONDS } }
}
