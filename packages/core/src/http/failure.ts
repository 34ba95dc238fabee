import { type ErrorCode, type GatewayError, refusal } from '../error.ts'
import type { Cookie } from './cookie.ts'
import type { HeaderLine, Reply } from './decision.ts'
import { isNavigation } from './intent.ts'
import type { PageOverrides } from './page/model.ts'
import { renderPage } from './page/render.ts'
import { type ProblemFacts, problemWriter } from './problem.ts'
import { PRIVATE_HEADERS, PROBLEM_HEADERS } from './reply.ts'
import type { GatewayRequest } from './request.ts'

export interface FailureContext extends ProblemFacts {
  readonly pages: PageOverrides
  /** Path of the application's start page. */
  readonly home: string
  /** Where the one button leads. Default: the start page of the application. */
  readonly action?: { readonly label: string; readonly href: string } | undefined
  readonly cookies?: readonly Cookie[] | undefined
  /** A page for a person and problem details for a program, which is the default; or these for everybody. */
  readonly form?: 'negotiated' | 'problem' | undefined
}

/** Answers requests with one and the same failure. */
export type Refusal = (request: GatewayRequest, context: FailureContext) => Reply

/** A failure as a reply: a page for a person, `application/problem+json` (RFC 9457) for a program. */
export function failureReply(error: GatewayError, request: GatewayRequest, context: FailureContext): Reply {
  return refuseWith(error, () => error)(request, context)
}

/**
 * Prepares a failure that is answered far more often than thrown: a stranger can ask for as many as they like. What all
 * its answers have in common is made once, and an error only for who wants to throw it.
 *
 * @param headers response headers the failure needs, lower case
 */
export function prepareRefusal(code: ErrorCode, headers?: Readonly<Record<string, string>>): Refusal {
  const make = () => refusal(code, { headers })
  return refuseWith(make(), make)
}

// Every answer of the gateway's own has them.
const SAID_ANYWAY: ReadonlySet<string> = new Set(PRIVATE_HEADERS.map(([name]) => name))

function refuseWith(error: GatewayError, failure: () => GatewayError): Refusal {
  const { status } = error
  const own = Object.entries(error.headers).filter(([name]) => !SAID_ANYWAY.has(name))
  const headers = [...PROBLEM_HEADERS, ...own]
  const problem = problemWriter(error)
  return (request, context) => {
    const { cookies = [], form = 'negotiated' } = context
    return form === 'negotiated' && isNavigation(request)
      ? { ...errorPage(error, own, context), cookies, failure }
      : { type: 'reply', status, headers, cookies, body: problem(context), failure }
  }
}

function errorPage(
  error: GatewayError,
  own: readonly HeaderLine[],
  { pages, home, reference, action }: FailureContext,
): Pick<Reply, 'type' | 'status' | 'headers' | 'body'> {
  const { status, code, title } = error
  const page = renderPage(
    {
      page: 'error',
      status,
      code,
      title,
      message: messageFor(error),
      reference,
      action: action ?? { label: 'Back to the start page', href: home },
    },
    pages,
  )
  const headers: readonly HeaderLine[] = [...page.headers, ['vary', 'accept, sec-fetch-mode'], ...own]
  return { type: 'reply', status, headers, body: page.body }
}

/** Advice is for the operator: a person in a browser is told it only where they can act on it. */
function messageFor(error: GatewayError): string {
  return error.class === 'user' || error.advice === undefined
    ? error.message
    : error.message.slice(0, error.message.length - error.advice.length).trimEnd()
}
