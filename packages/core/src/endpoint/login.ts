import { GatewayError } from '../error.ts'
import { authorize } from '../flow/authorize.ts'
import { loginParameters } from '../flow/login-parameters.ts'
import { loginPath } from '../http/address.ts'
import { type Cookie, readCookies } from '../http/cookie.ts'
import type { Reply } from '../http/decision.ts'
import { mayStartSignIn } from '../http/intent.ts'
import { redirect } from '../http/reply.ts'
import type { Provider } from '../provider/provider.ts'
import { asFormer, type FormerSession } from '../session/former.ts'
import { clientOf, type EndpointContext, pageReply, providerNamed, redirectUriOf } from './context.ts'
import { type LoginRequest, readLoginRequest } from './login-request.ts'

/**
 * `/auth/login` and `/auth/login/{provider}`: to the provider's authorization endpoint; or, with several and none
 * named, to a page where a person chooses.
 */
export async function login(context: EndpointContext, named: string | undefined): Promise<Reply> {
  const asked = await readLoginRequest(context, named)
  const provider = asked.provider ?? context.services.config.signInWith
  return provider === undefined ? chooseProvider(context, asked) : startSignIn(context, provider, asked)
}

async function chooseProvider(context: EndpointContext, { returnTo, parameters }: LoginRequest): Promise<Reply> {
  const { basePath, providers } = context.services.config
  return pageReply(context, {
    page: 'choose',
    providers: [...providers.values()].map((provider) => ({
      name: provider.name,
      // What a guard asks for, it asks of whichever is chosen.
      href: loginPath(basePath, provider.id, {
        return_to: returnTo,
        ...loginParameters(parameters, provider.loginParameters),
      }),
    })),
  })
}

async function startSignIn(context: EndpointContext, named: string, asked: LoginRequest): Promise<Reply> {
  const { services, request, cookieHeader, reference } = context
  const { config, transactions, random } = services
  const provider = providerNamed(named, services)
  if (!mayStartSignIn(request)) throw new GatewayError('navigation_required')
  const parameters = loginParameters(asked.parameters, provider.loginParameters)
  const loop = await checkLoop(context)

  const client = clientOf(services, provider)
  const { requested, location } = await authorize(
    { returnTo: asked.returnTo, parameters, loop, former: await formerSession(context, provider) },
    {
      client,
      metadata: await client.metadata(),
      redirectUri: redirectUriOf(context, provider),
      random,
      now: config.now,
    },
  )
  services.emit({ type: 'sign_in_started', provider: provider.id, reference })
  const attributesOf = (id = provider.id) => transactionAttributes(context, config.providers.get(id) ?? provider)
  return redirect(location, [
    ...transactions.start(requested.transaction, cookieHeader, attributesOf),
    loopCookie(context, loop),
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

/** Of the session's cookies, a form post from another site carries none. */
async function formerSession(
  { services: { sessions }, cookieHeader }: EndpointContext,
  { responseMode }: Provider,
): Promise<FormerSession | undefined> {
  const found = responseMode === 'form_post' ? await sessions.read(cookieHeader) : undefined
  return found && asFormer(found)
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
