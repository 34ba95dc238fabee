import type { CookieJar } from './cookie-jar.ts'
import { cookieContext, DEFAULT_REFERRER_POLICY, type Journey, redirected, usesCookies } from './journey.ts'
import type { Incoming, Network } from './network.ts'
import { type FollowOptions, type Hop, makePage, type Page, type PageRequest } from './page.ts'
import { requestHeaders } from './request-headers.ts'

/** What the tabs of one browser share. */
export interface TabServices {
  readonly jar: CookieJar
  readonly network: Network
}

const MAX_REDIRECTS = 20
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const FORM = 'application/x-www-form-urlencoded'

/**
 * Takes a journey to its end. Rejects after 20 redirects, as browsers do.
 *
 * @param opened called with every page this journey and its links and forms arrive at
 */
export async function travel(
  journey: Journey,
  services: TabServices,
  options: FollowOptions,
  opened: (page: Page) => void,
  former: readonly Hop[] = [],
): Promise<Page> {
  const { incoming, hop } = await ask(journey, services)
  const chain = [...former, hop]
  const next = nextStep(journey, hop)
  if (next !== undefined && options.redirects !== 'manual') {
    if (chain.length > MAX_REDIRECTS) throw new Error(`More than ${MAX_REDIRECTS} redirects: ${trail(chain)}`)
    return travel(next, services, options, opened, chain)
  }
  const page = makePage(journey.url, incoming, chain, {
    follow: async (how) => {
      if (next === undefined) throw new Error(`${hop.url} is no redirect to follow: its status is ${hop.status}`)
      return travel({ ...next, headers: { ...next.headers, ...how.headers } }, services, how, opened, chain)
    },
    open: (request, how) => travel(fromPage(request, journey.url, hop, how), services, how, opened),
  })
  opened(page)
  return page
}

async function ask(journey: Journey, { jar, network }: TabServices): Promise<{ incoming: Incoming; hop: Hop }> {
  const { method, url, body } = journey
  const context = cookieContext(journey)
  const sendsCookies = usesCookies(journey)
  const headers = requestHeaders(journey, sendsCookies ? jar.header(url, context) : undefined)
  const incoming = await network.send({ method, url, headers, body })
  if (sendsCookies) for (const line of incoming.setCookies) jar.store(url, line, context)
  const { status, setCookies } = incoming
  const location = REDIRECTS.has(status) ? incoming.headers.get('location') : null
  const hop: Hop = {
    method,
    url: url.href,
    requestHeaders: headers,
    status,
    headers: incoming.headers,
    setCookies,
    location: location === null ? undefined : new URL(location, url).href,
  }
  return { incoming, hop }
}

function nextStep(journey: Journey, { status, location, headers }: Hop): Journey | undefined {
  if (location === undefined) return undefined
  return redirected(journey, status, new URL(location), headers.get('referrer-policy'))
}

function fromPage({ method, url, body }: PageRequest, page: URL, { headers }: Hop, options: FollowOptions): Journey {
  return {
    purpose: 'navigation',
    method,
    url,
    headers: { ...(body === undefined ? {} : { 'content-type': FORM }), ...options.headers },
    body,
    initiator: page,
    referrerPolicy: headers.get('referrer-policy') ?? DEFAULT_REFERRER_POLICY,
    mode: 'no-cors',
    credentials: 'include',
    urls: [url],
    tainted: false,
  }
}

function trail(chain: readonly Hop[]): string {
  return chain.map(({ url }) => new URL(url).origin + new URL(url).pathname).join(' → ')
}
