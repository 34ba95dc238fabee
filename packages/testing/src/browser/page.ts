import { fillIn } from './form-data.ts'
import { readForms } from './html-form.ts'
import type { Incoming } from './network.ts'

/** What a request came to, after redirects. */
export interface Page {
  /** Where it came from in the end, fragment included. */
  readonly url: string
  readonly status: number
  readonly headers: Headers
  /** `Set-Cookie` lines of this response; those of redirects are in `chain`. */
  readonly setCookies: readonly string[]
  readonly text: string
  /** The body as it came, not unpacked. */
  readonly bytes: Uint8Array
  /** Every response on the way, this one last. */
  readonly chain: readonly Hop[]
  /** `Location`, resolved against `url`, when this is a redirect that was not followed. */
  readonly location: string | undefined
  /** The body as JSON. Throws when it is not. */
  json(): unknown
  /** Goes where `location` says, as the same journey: its redirects so far still count. */
  follow(options?: FollowOptions): Promise<Page>
  /** Follows a link on this page. */
  click(address: string, options?: FollowOptions): Promise<Page>
  /** Fills in a form and sends it. Names a button by its value; without one, the first is pressed. */
  submit(fields?: Readonly<Record<string, string>>, options?: SubmitOptions): Promise<Page>
}

export interface FollowOptions {
  /** Headers to add or replace. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** `manual` stops at the first redirect and shows it. Default `follow`. */
  readonly redirects?: 'follow' | 'manual' | undefined
}

export interface SubmitOptions extends FollowOptions {
  /** Which form of the page, counted from 0. Default 0. */
  readonly form?: number | undefined
}

/** One request and its response. */
export interface Hop {
  readonly method: string
  readonly url: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly status: number
  readonly headers: Headers
  readonly setCookies: readonly string[]
  /** `Location`, resolved as browsers do it. */
  readonly location: string | undefined
}

/** How a page goes on from where it is. */
export interface PageActions {
  follow(options: FollowOptions): Promise<Page>
  open(request: PageRequest, options: FollowOptions): Promise<Page>
}

export interface PageRequest {
  readonly method: string
  readonly url: URL
  readonly body?: string | undefined
}

/** A page from the last response of `chain`. */
export function makePage(url: URL, { body }: Incoming, chain: readonly Hop[], actions: PageActions): Page {
  const last = chain.at(-1)
  if (last === undefined) throw new Error('A page needs a response')
  const text = body.toString('utf8')
  return {
    url: url.href,
    status: last.status,
    headers: last.headers,
    setCookies: last.setCookies,
    text,
    bytes: body,
    chain,
    location: last.location,
    json: () => JSON.parse(text),
    follow: (options = {}) => actions.follow(options),
    click: async (address, options = {}) => actions.open({ method: 'GET', url: new URL(address, url) }, options),
    submit: async (fields = {}, options = {}) => actions.open(submission(text, url, fields, options), options),
  }
}

function submission(
  html: string,
  url: URL,
  fields: Readonly<Record<string, string>>,
  { form: index = 0 }: SubmitOptions,
): PageRequest {
  const form = readForms(html)[index]
  if (form === undefined) throw new Error(`The page has no form number ${index}`)
  const data = fillIn(form, fields)
  const action = new URL(form.action, url)
  if (form.method === 'POST') return { method: 'POST', url: action, body: data.toString() }
  action.search = data.toString()
  return { method: 'GET', url: action }
}
