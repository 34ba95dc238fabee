import { DEFAULT_REFERRER_POLICY, type Journey } from './journey.ts'
import type { FollowOptions, Page } from './page.ts'
import { type TabServices, travel } from './travel.ts'

/** One tab. Addresses may be relative: typed ones to the browser's `origin`, others to the page that is open. */
export interface Tab {
  /** The page that is open. */
  readonly page: Page | undefined
  /** Opens an address as if a person had typed it, or, with `from`, as if a page had led there. */
  navigate(address: string | URL, options?: NavigateOptions): Promise<Page>
  /** What a script on the open page gets. The page stays open. */
  fetch(address: string | URL, options?: FetchOptions): Promise<Page>
  /** What an element of a page loads: never a top-level navigation, however hard another site tries. */
  embed(address: string | URL, options: EmbedOptions): Promise<Page>
}

export interface NavigateOptions extends FollowOptions {
  /** Default GET. */
  readonly method?: string | undefined
  /** A form's content, or a string with a `content-type` of your own. */
  readonly body?: URLSearchParams | string | undefined
  /** URL of the page that leads here: it decides `Sec-Fetch-Site`, `Referer`, `Origin` and the cookies. */
  readonly from?: string | undefined
}

export interface FetchOptions extends NavigateOptions {
  /** Default `same-origin`. */
  readonly credentials?: Journey['credentials'] | undefined
  /** Default `cors`. Responses are shown whatever CORS says: a test wants to see them. */
  readonly mode?: Journey['mode'] | undefined
}

export interface EmbedOptions extends FollowOptions {
  readonly as: 'image' | 'script' | 'iframe'
  /** URL of the page that holds the element. Default: the open page. */
  readonly from?: string | undefined
}

const NO_CONTENT = new Set([204, 205])

/** A tab over the shared cookies and sockets of a browser. `home` is what typed addresses are relative to. */
export function createTab(services: TabServices, home: string | undefined): Tab {
  let open: Page | undefined
  const show = (page: Page): void => {
    if (!NO_CONTENT.has(page.status)) open = page
  }
  const keepPage = (): void => {}
  const initiator = (from: string | undefined): URL => {
    const page = from ?? open?.url ?? home
    if (page === undefined) throw new Error('No page is open: navigate first, or give `from`')
    return new URL(page)
  }
  const referrerPolicy = (from: string | undefined): string =>
    (from === undefined ? open?.headers.get('referrer-policy') : undefined) ?? DEFAULT_REFERRER_POLICY

  return {
    get page() {
      return open
    },
    navigate: async (address, options = {}) => {
      const url = new URL(address, home ?? open?.url)
      const from = options.from === undefined ? undefined : new URL(options.from)
      return travel({ ...journey('navigation', url, options), initiator: from }, services, options, show)
    },
    fetch: async (address, options = {}) => {
      const from = initiator(options.from)
      const { credentials = 'same-origin', mode = 'cors' } = options
      const request = journey('fetch', new URL(address, from), options)
      const policy = { referrerPolicy: referrerPolicy(options.from) }
      return travel({ ...request, ...policy, credentials, mode, initiator: from }, services, options, keepPage)
    },
    embed: async (address, options) => {
      const from = initiator(options.from)
      const request = journey(options.as, new URL(address, from), options)
      const policy = { referrerPolicy: referrerPolicy(options.from) }
      return travel({ ...request, ...policy, initiator: from }, services, options, keepPage)
    },
  }
}

function journey(purpose: Journey['purpose'], url: URL, { method = 'GET', body, headers }: NavigateOptions): Journey {
  const type = body instanceof URLSearchParams ? { 'content-type': 'application/x-www-form-urlencoded' } : {}
  return {
    purpose,
    method,
    url,
    headers: { ...type, ...headers },
    body: body?.toString(),
    initiator: undefined,
    referrerPolicy: DEFAULT_REFERRER_POLICY,
    mode: 'no-cors',
    credentials: 'include',
    urls: [url],
    tainted: false,
  }
}
