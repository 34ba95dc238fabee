import type { GatewayRequest } from '../src/http/request.ts'

export interface RequestFacts {
  readonly method?: string
  readonly target?: string
  /** Names in lower case, as `node:http` gives them. */
  readonly headers?: GatewayRequest['headers']
  readonly rawHeaders?: readonly string[]
  readonly form?: string
}

/** A request as an adapter hands it over. */
export function request(facts: RequestFacts = {}): GatewayRequest {
  const { method = 'GET', target = '/', headers = {}, rawHeaders, form } = facts
  return {
    method,
    target,
    headers,
    rawHeaders:
      rawHeaders ??
      Object.entries({ host: 'app.example', ...headers })
        .flat()
        .map(String),
    form: async () => new URLSearchParams(form),
  }
}

/** Headers of a browser that opens a page because a person followed a link. */
export const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-site': 'none',
  'sec-fetch-user': '?1',
} as const

/** Headers of a browser whose page calls `fetch` on its own origin. */
export const FETCH = {
  accept: '*/*',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
  'sec-fetch-site': 'same-origin',
} as const
