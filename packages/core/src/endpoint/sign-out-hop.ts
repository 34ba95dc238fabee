import { open, seal } from '../crypto/seal.ts'
import { COOKIE_OCTETS, type Cookie, expired, readCookies } from '../http/cookie.ts'
import type { Reply } from '../http/decision.ts'
import { mayStartSignIn } from '../http/intent.ts'
import { redirect } from '../http/reply.ts'
import { type EndpointContext, single } from './context.ts'

// Name under which the address is sealed.
const NAME = 'sign-out-hop'
const SECONDS = 60
const HINT = 'id_token_hint'

interface Hop {
  readonly address: string
  /** Milliseconds since the epoch. */
  readonly until: number
}

/**
 * What a script is told of the provider's sign-out. Its address shows an ID token, and tokens never reach a script: so
 * it is one of our own, and the browser carries the other there, sealed, in a cookie that no script can read.
 */
export function hopTo(
  address: string,
  { services: { config, cookies, signOutKeyring } }: EndpointContext,
): { readonly location: string; readonly cookies: readonly Cookie[] } {
  const url = new URL(address)
  if (!url.searchParams.has(HINT)) return { location: address, cookies: [] }
  const name = cookies.signOut
  const hop: Hop = { address, until: config.now() + SECONDS * 1000 }
  const value = seal(signOutKeyring, NAME, JSON.stringify(hop))
  if (name.length + value.length <= COOKIE_OCTETS) {
    const attributes = { ...cookies.attributes, maxAge: SECONDS }
    return {
      location: `${config.origin}${config.basePath}/logout?to=provider`,
      cookies: [{ name, value, attributes }],
    }
  }
  // Without it the provider asks the person.
  url.searchParams.delete(HINT)
  return { location: url.href, cookies: [] }
}

/** On to the provider, for a browser that has just been signed out by a script; `undefined` for any other request. */
export function hopOn({ request, query, cookieHeader, services }: EndpointContext): Reply | undefined {
  const { config, cookies, signOutKeyring } = services
  if (single(new URLSearchParams(query), 'to') !== 'provider') return undefined
  // What may leave for a provider's sign-in may leave for its sign-out.
  if (!mayStartSignIn(request)) return undefined
  const [sealed, ...more] = readCookies(cookieHeader, cookies.signOut)
  const opened = sealed === undefined || more.length > 0 ? undefined : open(signOutKeyring, NAME, sealed)
  if (opened === undefined) return undefined
  // Our own seal vouches for the shape.
  const { address, until } = JSON.parse(opened.octets.toString()) as Hop
  return config.now() < until ? redirect(address, [expired(cookies.signOut, cookies.attributes)]) : undefined
}
