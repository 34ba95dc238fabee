import { type Answer, type Browser, NAVIGATION, type Visit } from './browser.ts'

/** How a browser signs in at a contestant. */
export interface Site {
  /** The request that starts a sign-in. Some are told a token first. */
  login(browser: Browser): Promise<Visit>
  /** Names of the cookies that carry the session. Absent: all there are. */
  readonly sessionCookies?: RegExp
}

/** A page that leads to the provider: the usual site. */
export function loginAt(path: string): Site {
  return { login: async () => ({ url: path, headers: NAVIGATION }) }
}

/** Signs in, with an access token of so many octets. */
export async function signIn(site: Site, browser: Browser, octets: number): Promise<Answer> {
  const answer = await browser.visit(await startSignIn(site, browser, octets))
  if (answer.status < 300 || answer.status > 399) throw new Error(`The callback was answered ${describe(answer)}`)
  return answer
}

/** Goes as far as the provider, and is sent back: the request for the callback, which is not sent. */
export async function startSignIn(site: Site, browser: Browser, octets: number): Promise<Visit> {
  const answer = await browser.visit(await site.login(browser))
  const authorization = new URL(authorizationUrl(answer))
  authorization.searchParams.set('octets', String(octets))
  const { headers } = await browser.visit({ url: authorization.href, headers: NAVIGATION })
  const { pathname, search } = new URL(headers.location ?? '')
  return { url: pathname + search, headers: NAVIGATION }
}

/** Where a login leads: a redirect, or JSON that says where. */
export function authorizationUrl(answer: Answer): string {
  const url = answer.headers.location ?? urlIn(answer.body)
  const parameters = url === undefined ? undefined : URL.parse(url)?.searchParams
  if (url === undefined || !parameters?.has('state')) throw new Error(`The login was answered ${describe(answer)}`)
  return url
}

function urlIn(body: string): string | undefined {
  return body.startsWith('{') ? (JSON.parse(body) as { readonly url?: string }).url : undefined
}

export function describe({ status, headers, body }: Answer): string {
  return `${status} ${headers.location ?? ''} ${body.slice(0, 300)}`
}
