import { GatewayError } from '../error.ts'
import { type Cookie, readCookies } from '../http/cookie.ts'
import type { Reply } from '../http/decision.ts'
import { hidesOrigin, isNavigation, showsSameOrigin } from '../http/intent.ts'
import { json, redirect } from '../http/reply.ts'
import { type GatewayRequest, headerValue } from '../http/request.ts'
import { safePath } from '../http/return-to.ts'
import type { Session } from '../session/session.ts'
import type { Found } from '../session/sessions.ts'
import { publicId } from '../session/summary.ts'
import { type EndpointContext, pageReply, returnRule, single } from './context.ts'
import { providerSignOutUrl } from './provider-sign-out.ts'
import { confirmationFor, isConfirmed } from './sign-out-confirmation.ts'
import { hopOn, hopTo } from './sign-out-hop.ts'
import { signedOutPath } from './signed-out.ts'

/**
 * `GET /auth/logout`: a button, because a link must not sign anyone out. Without a session, that it is done; or, after a
 * script has ended it, on to the provider.
 */
export async function confirmSignOut(context: EndpointContext): Promise<Reply> {
  const { services, cookieHeader } = context
  const query = new URLSearchParams(context.query)
  const all = await services.sessions.readAll(cookieHeader)
  if (all.length === 0) return hopOn(context) ?? redirect(services.config.origin + signedOutPath(context, undefined))
  return pageReply(context, {
    page: 'confirm-sign-out',
    action: `${services.config.basePath}/logout`,
    returnTo: safePath(single(query, 'return_to'), returnRule(context)),
    confirmation: confirmationFor(all, services.signOutKeyring),
    userName: onlyOne(all)?.user.name,
  })
}

/** `POST /auth/logout`: ends the session here, first and always; then at the provider, as far as it can. */
export async function signOut(context: EndpointContext): Promise<Reply> {
  const { services, cookieHeader, request } = context
  const { config, sessions } = services
  const isFromHere = showsSameOrigin(request, config.origin)
  if (!isFromHere && !hidesOrigin(request)) throw new GatewayError('cross_site_refused')
  // Reading comes first: a body that is refused changes nothing.
  const form = await formOf(request)
  // Where nobody can tell which is the user's, none of them lives on.
  const all = await sessions.readAll(cookieHeader)
  if (!isFromHere && !isConfirmed(single(form, 'confirmation'), all, services.signOutKeyring)) {
    throw new GatewayError('cross_site_refused')
  }
  const cookies = sessions.clear(cookieHeader)
  await Promise.all(all.map((found) => end(found, context)))
  if (all.length > 0) forgetLoops(context)
  return goOn(context, onlyOne(all), askedReturnTo(context, form), cookies)
}

/** The session did come back: whoever signs in and out quickly is no loop. */
function forgetLoops({ services, cookieHeader }: EndpointContext): void {
  for (const mark of readCookies(cookieHeader, services.cookies.loop)) services.loopBreaker.reset(mark)
}

function onlyOne(all: readonly Found[]): Session | undefined {
  return all.length === 1 ? all[0]?.session : undefined
}

async function end(found: Found, { services, reference }: EndpointContext): Promise<void> {
  const { sessions, refresher, revocations, emit } = services
  const { session } = found
  // As it was in the end: its tokens may have been renewed since it was read.
  const last = refresher.latest((await sessions.end(found)) ?? session)
  revocations.addAll(last.grants)
  emit({
    type: 'signed_out',
    provider: session.provider,
    subject: session.subject,
    session: publicId(session),
    reference,
  })
}

/** To the provider's own sign-out where it has one; else where the page asked to go, else to the signed-out page. */
async function goOn(
  context: EndpointContext,
  session: Session | undefined,
  returnTo: string | undefined,
  cookies: readonly Cookie[],
): Promise<Reply> {
  const { origin } = context.services.config
  const atProvider = session && (await providerSignOutUrl(context, session, returnTo))
  return atProvider === undefined
    ? answer(context, origin + (returnTo ?? signedOutPath(context, session?.provider)), cookies)
    : toProvider(context, atProvider, cookies)
}

/** A person goes there at once. A script is told how to, and no token. */
function toProvider(context: EndpointContext, address: string, cookies: readonly Cookie[]): Reply {
  if (isNavigation(context.request)) return redirect(address, cookies)
  const hop = hopTo(address, context)
  return answer(context, hop.location, [...cookies, ...hop.cookies])
}

/** Decision 14: a redirect for a person, an address for a program. */
function answer({ request }: EndpointContext, location: string, cookies: readonly Cookie[]): Reply {
  return isNavigation(request) ? redirect(location, cookies) : { ...json(200, { redirect: location }), cookies }
}

function askedReturnTo(context: EndpointContext, form: URLSearchParams): string | undefined {
  const asked = single(new URLSearchParams(context.query), 'return_to') ?? single(form, 'return_to')
  return safePath(asked, returnRule(context))
}

/** A script may send no body, or another kind of one: only a form says something. */
async function formOf(request: GatewayRequest): Promise<URLSearchParams> {
  const type = headerValue(request.headers, 'content-type')?.toLowerCase()
  return type?.startsWith('application/x-www-form-urlencoded') === true ? request.form() : new URLSearchParams()
}
