import { loginPath } from '../http/address.ts'
import type { Reply } from '../http/decision.ts'
import { redirect } from '../http/reply.ts'
import { safePath } from '../http/return-to.ts'
import { type EndpointContext, pageReply, returnRule, single } from './context.ts'
import { returnToOf } from './provider-sign-out.ts'

/**
 * `GET /auth/signed-out`: that it is done, and what remains at the provider. Providers come back to it, with our
 * `state`, another or none: only ours says where the user was going.
 */
export async function showSignedOut(context: EndpointContext): Promise<Reply> {
  const { config } = context.services
  const query = new URLSearchParams(context.query)
  const returnTo = safePath(returnToOf(single(query, 'state'), context), returnRule(context))
  if (returnTo !== undefined) return redirect(config.origin + returnTo)
  const provider = config.providers.get(single(query, 'provider') ?? '')
  const remains = provider !== undefined && !provider.capabilities.revocation && !provider.capabilities.endSession
  return pageReply(context, {
    page: 'signed-out',
    home: config.defaultReturnTo,
    signIn: loginPath(config.basePath, undefined),
    remains: remains ? { provider: provider.name, manageAccessUrl: provider.manageAccessUrl } : undefined,
  })
}

/** Path of the signed-out page, which says what remains at `provider`. */
export function signedOutPath({ services }: EndpointContext, provider: string | undefined): string {
  const path = `${services.config.basePath}/signed-out`
  return provider === undefined ? path : `${path}?provider=${provider}`
}
