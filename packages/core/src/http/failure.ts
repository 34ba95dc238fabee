import type { GatewayError } from '../error.ts'
import type { Cookie } from './cookie.ts'
import type { Reply } from './decision.ts'
import { isNavigation } from './intent.ts'
import type { PageOverrides } from './page/model.ts'
import { renderPage } from './page/render.ts'
import { problemBody } from './problem.ts'
import { problem } from './reply.ts'
import type { GatewayRequest } from './request.ts'

export interface FailureContext {
  readonly pages: PageOverrides
  /** Path of the application's start page. */
  readonly home: string
  readonly reference: string
  /** Where the one button leads. Default: the start page of the application. */
  readonly action?: { readonly label: string; readonly href: string } | undefined
  readonly cookies?: readonly Cookie[] | undefined
  /** Further members of the problem details. */
  readonly members?: Readonly<Record<string, unknown>> | undefined
}

/** A failure as a reply: a page for a person, `application/problem+json` (RFC 9457) for a program. */
export function failureReply(
  error: GatewayError,
  request: GatewayRequest,
  { pages, home, reference, action, cookies = [], members }: FailureContext,
): Reply {
  const headers = Object.entries(error.headers).filter(([name]) => name !== 'cache-control')
  if (!isNavigation(request)) {
    return { ...problem(error.status, problemBody(error, reference, members), headers), cookies, error }
  }
  const page = renderPage(
    {
      page: 'error',
      status: error.status,
      code: error.code,
      title: error.title,
      message: messageFor(error),
      reference,
      action: action ?? { label: 'Back to the start page', href: home },
    },
    pages,
  )
  return {
    type: 'reply',
    status: error.status,
    headers: [...page.headers, ['vary', 'accept, sec-fetch-mode'], ...headers],
    cookies,
    body: page.body,
    error,
  }
}

/** Advice is for the operator: a person in a browser is told it only where they can act on it. */
function messageFor(error: GatewayError): string {
  return error.class === 'user' || error.advice === undefined
    ? error.message
    : error.message.slice(0, error.message.length - error.advice.length).trimEnd()
}
