import { GatewayError } from '../error.ts'
import { loginPath } from '../http/address.ts'
import type { Reply } from '../http/decision.ts'
import { isNavigation, showsSameOrigin } from '../http/intent.ts'
import type { PageModel } from '../http/page/model.ts'
import { renderPage } from '../http/page/render.ts'
import { json, PRIVATE_HEADERS, redirect } from '../http/reply.ts'
import { headerValue } from '../http/request.ts'
import { safePath } from '../http/return-to.ts'
import { publicId } from '../session/summary.ts'
import { type EndpointContext, single } from './context.ts'
import { returnRule } from './login.ts'

/** `GET /auth/logout`: a button, because a link must not sign anyone out; or, afterwards, that it is done. */
export async function confirmSignOut(context: EndpointContext): Promise<Reply> {
  const { services, cookieHeader } = context
  const query = new URLSearchParams(context.query)
  const session = (await services.sessions.read(cookieHeader))?.session
  if (session === undefined) return page(context, signedOut(context, single(query, 'provider')))
  return page(context, {
    page: 'confirm-sign-out',
    action: `${services.config.basePath}/logout`,
    returnTo: safePath(single(query, 'return_to'), returnRule(context)),
    userName: session.user.name,
  })
}

/** `POST /auth/logout`: ends the session here, first and always. */
export async function signOut(context: EndpointContext): Promise<Reply> {
  const { services, cookieHeader, request, reference } = context
  const { config, sessions } = services
  if (!showsSameOrigin(request, config.origin)) throw new GatewayError('cross_site_refused')
  // Reading comes first: a body that is refused changes nothing.
  const returnTo = await askedReturnTo(context)
  const found = await sessions.read(cookieHeader)
  const session = found?.session
  if (found !== undefined && session !== undefined) {
    await sessions.end(found)
    const { provider, subject } = session
    services.emit({ type: 'signed_out', provider, subject, session: publicId(session), reference })
  }
  const location = config.origin + (returnTo ?? signedOutPath(config.basePath, session?.provider))
  const cookies = sessions.clear(cookieHeader)
  if (isNavigation(request)) return redirect(location, cookies)
  return { ...json(200, { redirect: location }), cookies }
}

async function askedReturnTo(context: EndpointContext): Promise<string | undefined> {
  const asked = single(new URLSearchParams(context.query), 'return_to') ?? (await formField(context, 'return_to'))
  return safePath(asked, returnRule(context))
}

function signedOutPath(basePath: string, provider: string | undefined): string {
  return provider === undefined ? `${basePath}/logout` : `${basePath}/logout?provider=${provider}`
}

/** A script may send no body, or another kind of one: only a form can say where to go. */
async function formField({ request }: EndpointContext, name: string): Promise<string | undefined> {
  const type = headerValue(request.headers, 'content-type')?.toLowerCase()
  if (type?.startsWith('application/x-www-form-urlencoded') !== true) return undefined
  return single(await request.form(), name)
}

function signedOut({ services: { config } }: EndpointContext, providerId: string | undefined): PageModel {
  const provider = providerId === undefined ? undefined : config.providers.get(providerId)
  const remains = provider !== undefined && !provider.capabilities.revocation && !provider.capabilities.endSession
  return {
    page: 'signed-out',
    home: config.defaultReturnTo,
    signIn: loginPath(config.basePath, undefined),
    remains: remains ? { provider: provider.name, manageAccessUrl: provider.manageAccessUrl } : undefined,
  }
}

function page({ services: { config } }: EndpointContext, model: PageModel): Reply {
  const { body, headers } = renderPage(model, config.pages)
  return { type: 'reply', status: 200, headers: [...PRIVATE_HEADERS, ...headers], cookies: [], body }
}
