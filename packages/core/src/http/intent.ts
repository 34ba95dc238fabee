import { type GatewayRequest, headerValue } from './request.ts'

/** Whether a person is opening a page, rather than a script or an element fetching something. */
export function isNavigation({ headers }: GatewayRequest): boolean {
  if (isScript(headers)) return false
  const mode = headerValue(headers, 'sec-fetch-mode')
  if (mode !== undefined) return mode === 'navigate'
  if (headers['x-requested-with'] !== undefined) return false
  return prefersPage(headerValue(headers, 'accept') ?? '')
}

/** Whether an `Accept` names HTML, and likes no JSON better. */
function prefersPage(accept: string): boolean {
  const asked = accept.toLowerCase()
  // What a program sends needs no taking apart.
  if (!asked.includes('text/html')) return false
  let page = 0
  let data = 0
  for (const range of asked.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
    const said = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    const quality = said === undefined ? 1 : Number(said)
    if (type === 'text/html') page = Math.max(page, quality)
    else if (type.endsWith('json')) data = Math.max(data, quality)
  }
  return page > 0 && page >= data
}

/**
 * Whether a sign-in may start from this request: not from a prefetch, and not from an image, a frame or a
 * script. Browsers that send no fetch metadata get the benefit of the doubt, for these headers cannot be
 * removed by a page.
 */
export function mayStartSignIn({ headers }: GatewayRequest): boolean {
  if (isPrefetch(headers) || isScript(headers)) return false
  const mode = headerValue(headers, 'sec-fetch-mode')
  const destination = headerValue(headers, 'sec-fetch-dest')
  return (mode === undefined || mode === 'navigate') && (destination === undefined || destination === 'document')
}

/** Whether the browser is only guessing that a person might come here. */
export function isPrefetch(headers: GatewayRequest['headers']): boolean {
  return PURPOSES.some((name) => SPECULATIVE.test(headerValue(headers, name) ?? ''))
}

const PURPOSES = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const
const SPECULATIVE = /prefetch|prerender|preview/i

/** What libraries say of themselves. Not any value: the web view of Android puts its application's name there. */
function isScript(headers: GatewayRequest['headers']): boolean {
  return headerValue(headers, 'x-requested-with')?.toLowerCase() === 'xmlhttprequest'
}

/**
 * Whether the browser shows that one of our own pages sent this request. `Sec-Fetch-Site` cannot be forged by
 * a page and settles it. Without it, a foreign `Origin` refuses, and our own `Origin` or `x-postern: 1`, which
 * another site cannot send without a preflight that we never approve, agrees.
 */
export function showsSameOrigin({ headers }: GatewayRequest, origin: string): boolean {
  const claimed = headerValue(headers, 'origin')
  if (claimed !== undefined && claimed !== 'null' && claimed !== origin) return false
  const site = headerValue(headers, 'sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  if (claimed !== undefined) return claimed === origin
  return headerValue(headers, 'x-postern') === '1'
}

/**
 * Whether the browser says nothing of where a request comes from: one without fetch metadata that submits the form of a
 * page with `no-referrer` hides its origin.
 *
 * @see https://fetch.spec.whatwg.org/#append-a-request-origin-header
 */
export function hidesOrigin({ headers }: GatewayRequest): boolean {
  return headerValue(headers, 'sec-fetch-site') === undefined && (headerValue(headers, 'origin') ?? 'null') === 'null'
}

/** A browser asks on behalf of another site: it gets an answer that permits nothing. */
export function isPreflight({ method, headers }: GatewayRequest): boolean {
  return (
    method === 'OPTIONS' && headers['origin'] !== undefined && headers['access-control-request-method'] !== undefined
  )
}
