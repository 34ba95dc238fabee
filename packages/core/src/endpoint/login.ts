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
export function login(context: EndpointContext, named: string | undefined): Reply | Promise<Reply> {
  const { request, query } = context
  const inAddress = new URLSearchParams(query)
  if (request.method !== 'POST') return answer(context, readLoginRequest(context, named, inAddress))
  return request.form().then((form) => {
    const both = new URLSearchParams([...inAddress, ...form])
    return answer(context, readLoginRequest(context, named, both))
  })
}

function answer(context: EndpointContext, asked: LoginRequest): Reply | Promise<Reply> {
  const chosen = asked.provider ?? context.services.config.signInWith
  return chosen === undefined ? chooseProvider(context, asked) : startSignIn(context, chosen, asked)
}

function chooseProvider(context: EndpointContext, { returnTo, parameters }: LoginRequest): Reply {
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
  const mark = markOf(context)
  if (mark !== undefined) await refuseLoop(context, mark)
  const loop = mark ?? services.reference()
  const former = provider.responseMode === 'form_post' ? await formerSession(context) : undefined

  const client = clientOf(services, provider)
  const metadata = await client.metadata()
  const { requested, location } = authorize(
    { returnTo: asked.returnTo, parameters, loop, former },
    { client, metadata, redirectUri: redirectUriOf(context, provider), random, now: config.now },
  )
  const address = await location
  services.emit({ type: 'sign_in_started', provider: provider.id, reference })
  const attributesOf = (id = provider.id) => transactionAttributes(context, config.providers.get(id) ?? provider)
  return redirect(address, [
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
async function formerSession({ services, cookieHeader }: EndpointContext): Promise<FormerSession | undefined> {
  const found = await services.sessions.read(cookieHeader)
  return found && asFormer(found)
}

const LOOP_WINDOW_SECONDS = 60
const MARK = /^[A-Za-z0-9_-]{12}$/

/** What this browser is known by to the loop breaker, if it has started a sign-in lately. */
function markOf({ services, cookieHeader }: EndpointContext): string | undefined {
  const [mark] = readCookies(cookieHeader, services.cookies.loop)
  return mark !== undefined && MARK.test(mark) ? mark : undefined
}

/** Throws `sign_in_loop` when another sign-in would only repeat those that the browser has lost. */
async function refuseLoop({ services, cookieHeader }: EndpointContext, mark: string): Promise<void> {
  if ((await services.sessions.read(cookieHeader)) !== undefined) services.loopBreaker.reset(mark)
  if (services.loopBreaker.isTripped(mark)) throw new GatewayError('sign_in_loop')
}

function loopCookie({ services: { cookies } }: EndpointContext, mark: string): Cookie {
  return { name: cookies.loop, value: mark, attributes: { ...cookies.attributes, maxAge: LOOP_WINDOW_SECONDS } }
}
